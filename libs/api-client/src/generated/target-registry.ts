// Generated from docs/openapi/target-registry.json by `pnpm generate`.
export interface paths {
    "/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last check of each target */
        get: operations["listChecks"];
        put?: never;
        /** Is this target usable? Each fact with a verdict and a remedy */
        post: operations["checkTarget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** References and labels, never values */
        get: operations["listSecrets"];
        put?: never;
        /** Keep a value; only its reference is ever shown again */
        post: operations["storeSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/secrets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a value for ever */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/secrets/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For the holder of a live lease: the values behind references; audited */
        post: operations["resolveSecrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ComputeTargetSettings: {
            name: string;
            /** @enum {string} */
            kind: "local-python" | "local-docker";
            /** @description path from the project root; null for a built-in default */
            file: string | null;
            address?: {
                host: string;
                port?: number;
            };
            username?: string;
            secretReference?: string;
            baseDockerImage?: string;
            /** @default true */
            sharedVolumes?: boolean;
            nativeSharedDirectory?: string;
            /** @default false */
            nvidiaDocker?: boolean;
            pythonLocation?: string;
            sparkSubmitLocation?: string;
            /** @default false */
            userManagedEnvironment?: boolean;
            /**
             * @default cluster
             * @enum {string}
             */
            yarnDeployMode?: "cluster" | "client";
            /** @description limit of a container */
            memoryBytes?: number;
            /** @description limit of a container */
            cpus?: number;
        };
        ClientContext: {
            /** @description host name */
            machine: string;
            user: string;
            /** @description absolute path, resolved in the shell that submits */
            interpreter: {
                path: string;
                source: string;
                version?: string;
            } | null;
            /** @description the documented list of variables that a local run inherits */
            environment: {
                [key: string]: string;
            };
            /** @default null */
            sparkSubmit?: string | null;
            /**
             * @description commit of the project, with + when it has changes
             * @default null
             */
            commit?: string | null;
        };
        TargetCheck: {
            targetKey: string;
            /** @enum {string} */
            kind: "local-python" | "local-docker";
            name: string;
            passed: boolean;
            /** Format: date-time */
            at: string;
            facts: {
                name: string;
                /** @enum {string} */
                verdict: "ok" | "warning" | "failed" | "unknown";
                value: string;
                /** @description the command that mends it */
                remedy?: string;
            }[];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description names this request in the logs */
            operationId: string;
            error: components["schemas"]["ErrorBody"];
            findings?: components["schemas"]["Finding"][];
        };
        ErrorBody: {
            code: string;
            message: string;
            hint?: string;
            retryable: boolean;
            /** @enum {string} */
            blame: "user" | "target" | "us";
            cause?: components["schemas"]["ErrorBody"];
        };
        Finding: {
            /** @enum {string} */
            severity: "error" | "warning";
            code: string;
            message: string;
            file: string;
            line: number;
            column: number;
            fix?: string;
            hint?: string;
        };
        Secret: {
            /** @description AzureMlSecret=UUID */
            reference: string;
            label: string;
            /** Format: date-time */
            createdUtc: string;
            lastUsedUtc: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listChecks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last check of each target */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TargetCheck"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkTarget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    target: components["schemas"]["ComputeTargetSettings"];
                    client: components["schemas"]["ClientContext"] | null;
                };
            };
        };
        responses: {
            /** @description Is this target usable? Each fact with a verdict and a remedy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetCheck"];
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description References and labels, never values */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Secret"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storeSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    value: string;
                    label: string;
                };
            };
        };
        responses: {
            /** @description Keep a value; only its reference is ever shown again */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forget a value for ever */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    references: string[];
                    runId: string;
                    fence: number;
                };
            };
        };
        responses: {
            /** @description For the holder of a live lease: the values behind references; audited */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        values: {
                            [key: string]: string;
                        };
                    };
                };
            };
            /** @description What went wrong (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
