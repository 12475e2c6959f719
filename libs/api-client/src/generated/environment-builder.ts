// Generated from docs/openapi/environment-builder.json by `pnpm generate`.
export interface paths {
    "/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What making this environment would do: identity, layers, cause of a rebuild; nothing happens */
        post: operations["planEnvironment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{requestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a request for an environment is */
        get: operations["showRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Environments and where they are */
        get: operations["listEnvironments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{identity}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One environment with its exact packages; a prefix of the identity is enough */
        get: operations["showEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/builds/{buildId}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log of a build from a byte offset; with follow until the build ends */
        get: operations["readBuildLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove images of ours from an engine: named ones, all that no run needs, or down to a budget */
        post: operations["pruneEnvironments"];
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
        EnvironmentInputs: {
            /** @description where local wheels and requirement files are read from */
            snapshotId: string;
            condaFile: string | null;
            /** @default null */
            condaName?: string | null;
            channels: string[];
            conda: string[];
            pip: string[];
            /** @description null: the default of the builder */
            baseImage: string | null;
            /** @enum {string} */
            framework: "Python" | "PySpark";
            spark: components["schemas"]["SparkSettings"] | null;
            gpu: boolean;
        };
        SparkSettings: {
            configuration: {
                [key: string]: string;
            };
            repositories: string[];
            packages: {
                group: string;
                artifact: string;
                version: string;
            }[];
        };
        EnvironmentPlan: {
            identity: string;
            engine: string;
            /** @enum {string} */
            action: "reuse" | "build" | "user-managed";
            layers: {
                name: string;
                present: boolean;
                reason: string;
            }[];
            /** @description the line that causes a rebuild */
            cause: string | null;
            lastBuildSeconds: number | null;
            warnings: string[];
            errors: components["schemas"]["ErrorBody"][];
            definition: {
                [key: string]: unknown;
            };
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
        EnvironmentRequest: {
            /** Format: uuid */
            requestId: string;
            /** @enum {string} */
            state: "waiting" | "building" | "ready" | "failed";
            identity: string | null;
            buildId: string | null;
            image: string | null;
            reused: boolean;
            seconds: number | null;
            error: components["schemas"]["ErrorBody"] | null;
            warnings: string[];
        };
        Environment: {
            identity: string;
            engine: string;
            /** @enum {string} */
            status: "building" | "ready" | "failed" | "pruned";
            image: string | null;
            imageId: string | null;
            sizeBytes: number | null;
            buildId: string | null;
            buildSeconds: number | null;
            projects: string[];
            /** Format: date-time */
            createdUtc: string;
            /** Format: date-time */
            lastUsedUtc: string;
            python: string | null;
            baseImage: string | null;
            /** @enum {string} */
            framework: "Python" | "PySpark";
            conda: string[];
            pip: string[];
            error: components["schemas"]["ErrorBody"] | null;
            warnings: string[];
        };
        EnvironmentLock: {
            conda: {
                name: string;
                version: string;
                build: string;
                channel: string;
            }[];
            pip: {
                name: string;
                version: string;
            }[];
            python: string | null;
            baseImage: string | null;
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
    planEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    inputs: components["schemas"]["EnvironmentInputs"];
                    /** @default local */
                    engine?: string;
                    projectName: string;
                    /** @default false */
                    refreshBase?: boolean;
                };
            };
        };
        responses: {
            /** @description What making this environment would do: identity, layers, cause of a rebuild; nothing happens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentPlan"];
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
    showRequest: {
        parameters: {
            query?: {
                /** @description answer when it is ready or failed, or after this time */
                waitSeconds?: number;
            };
            header?: never;
            path: {
                requestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far a request for an environment is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentRequest"];
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
    listEnvironments: {
        parameters: {
            query?: {
                /** @description at most this many */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
                engine?: string;
                /** @description also failed and pruned ones */
                all?: "0" | "1" | "true" | "false" | "";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Environments and where they are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Environment"][];
                        next: string | null;
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
    showEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One environment with its exact packages; a prefix of the identity is enough */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        identity: string;
                        engine: string;
                        /** @enum {string} */
                        status: "building" | "ready" | "failed" | "pruned";
                        image: string | null;
                        imageId: string | null;
                        sizeBytes: number | null;
                        buildId: string | null;
                        buildSeconds: number | null;
                        projects: string[];
                        /** Format: date-time */
                        createdUtc: string;
                        /** Format: date-time */
                        lastUsedUtc: string;
                        python: string | null;
                        baseImage: string | null;
                        /** @enum {string} */
                        framework: "Python" | "PySpark";
                        conda: string[];
                        pip: string[];
                        error: components["schemas"]["ErrorBody"] | null;
                        warnings: string[];
                        lock: components["schemas"]["EnvironmentLock"] | null;
                        definition: {
                            [key: string]: unknown;
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
    readBuildLog: {
        parameters: {
            query?: {
                offset?: number;
                follow?: "0" | "1" | "true" | "false" | "";
            };
            header?: never;
            path: {
                buildId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log of a build from a byte offset; with follow until the build ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
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
    pruneEnvironments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default local */
                    engine?: string;
                    identities?: string[];
                    /** @description those that only this project uses */
                    projectName?: string;
                    /** @default false */
                    all?: boolean;
                    budgetBytes?: number;
                    /** @default false */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description Remove images of ours from an engine: named ones, all that no run needs, or down to a budget */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: {
                            identity: string;
                            image: string;
                            sizeBytes: number;
                            reason: string;
                        }[];
                        kept: {
                            identity: string;
                            reason: string;
                        }[];
                        freedBytes: number;
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
