// Generated from docs/openapi/config-service.json by `pnpm generate`.
export interface paths {
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is calling, and in which account and workspace */
        get: operations["showAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The project of this name, made on first use */
        put: operations["openProject"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All projects of the workspace */
        get: operations["listProjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blobs/missing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which of these contents the store lacks */
        post: operations["findMissingBlobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Store contents: a tar whose entries are named by their SHA-256 */
        post: operations["storeBlobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blobs/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One content */
        get: operations["readBlob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A snapshot from its list of entries; the same list gives the same id */
        post: operations["createSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshots/{snapshotId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entries of a snapshot */
        get: operations["showSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshots/{snapshotId}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole snapshot as a tar */
        get: operations["readSnapshotArchive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshots/{snapshotId}/changes/{otherId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed from the first snapshot to the second, with hunks for text */
        get: operations["compareSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a submit would do, with reasons; nothing happens */
        post: operations["planRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a run: an error with file and line, or a run id */
        post: operations["submitRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preparations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the environment of a run configuration to be made ready */
        post: operations["prepareEnvironment"];
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
        SnapshotEntry: {
            /** @description from the project root, / between names */
            path: string;
            /** @description base64 of the path where it is not valid UTF-8; then `path` is for display only */
            raw?: string;
            /** @enum {string} */
            type: "file" | "link" | "directory";
            mode: number;
            /** @description of a file */
            sha256?: string;
            /** @description of a file, bytes */
            size?: number;
            /** @description of a link */
            target?: string;
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
        Submit: {
            /** Format: uuid */
            projectId: string;
            snapshotId: string;
            /** @description NAME, NAME.runconfig or aml_config/NAME.runconfig */
            configuration: string;
            /** @description name of a compute target that overrides the configuration */
            target?: string;
            script?: string;
            /** @default [] */
            arguments?: string[];
            /** @enum {string} */
            framework?: "Python" | "PySpark";
            /** @default {} */
            environmentVariables?: {
                [key: string]: string;
            };
            prepareEnvironment?: boolean;
            /** @default false */
            refreshBase?: boolean;
            tracked?: boolean;
            /** @default null */
            timeLimitSeconds?: number | null;
            /** @default null */
            name?: string | null;
            /** @default null */
            description?: string | null;
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            idempotencyKey?: string;
            client: components["schemas"]["ClientContext"];
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
        Project: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: uuid */
            workspaceId: string;
            workspaceName: string;
            accountName: string;
            /** Format: date-time */
            createdUtc: string;
            runs: number;
        };
        SnapshotSummary: {
            id: string;
            files: number;
            bytes: number;
        };
        FileChange: {
            path: string;
            /** @enum {string} */
            change: "added" | "removed" | "modified" | "mode" | "type";
            sizeBefore: number | null;
            sizeAfter: number | null;
            binary: boolean;
            hunks: {
                oldStart: number;
                oldLines: number;
                newStart: number;
                newLines: number;
                lines: string[];
            }[];
        };
        RunPlan: {
            projectName: string;
            configuration: string;
            target: components["schemas"]["ComputeTargetSettings"];
            /** @enum {string} */
            framework: "Python" | "PySpark";
            script: string;
            arguments: string[];
            environmentVariables: {
                [key: string]: string;
            };
            prepareEnvironment: boolean;
            tracked: boolean;
            timeLimitSeconds: number | null;
            environment: components["schemas"]["EnvironmentInputs"] | null;
            reasons: string[];
            findings: components["schemas"]["Finding"][];
        };
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
            sharedVolumes: boolean;
            nativeSharedDirectory?: string;
            /** @default false */
            nvidiaDocker: boolean;
            pythonLocation?: string;
            sparkSubmitLocation?: string;
            /** @default false */
            userManagedEnvironment: boolean;
            /**
             * @default cluster
             * @enum {string}
             */
            yarnDeployMode: "cluster" | "client";
            /** @description limit of a container */
            memoryBytes?: number;
            /** @description limit of a container */
            cpus?: number;
        };
        EnvironmentInputs: {
            /** @description where local wheels and requirement files are read from */
            snapshotId: string;
            condaFile: string | null;
            /** @default null */
            condaName: string | null;
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
        RunSpecification: {
            runId: string;
            /** @description ASCII name for containers, pods and applications */
            slug: string;
            workspaceId: string;
            workspaceName: string;
            accountName: string;
            projectId: string;
            projectName: string;
            runNumber: number;
            userId: string;
            /** Format: date-time */
            submittedAt: string;
            client: components["schemas"]["ClientContextOutput"];
            snapshot: {
                id: string;
                files: number;
                bytes: number;
            };
            configuration: {
                name: string;
                file: string | null;
            };
            target: components["schemas"]["ComputeTargetSettings"];
            /** @enum {string} */
            framework: "Python" | "PySpark";
            /** @description path from the project root */
            script: string;
            /** @description what follows the script */
            arguments: string[];
            environmentVariables: {
                [key: string]: string;
            };
            /** @description null: the user's own Python */
            environment: components["schemas"]["EnvironmentInputs"] | null;
            spark: components["schemas"]["SparkSettings"] | null;
            prepareEnvironment: boolean;
            /** @default false */
            refreshBase: boolean;
            tracked: boolean;
            timeLimitSeconds: number | null;
            name: string | null;
            description: string | null;
            tags: {
                [key: string]: string;
            };
            /** @default {} */
            dataSources: {
                [key: string]: unknown;
            };
            warnings: string[];
        };
        SnapshotEntryOutput: {
            /** @description from the project root, / between names */
            path: string;
            /** @description base64 of the path where it is not valid UTF-8; then `path` is for display only */
            raw?: string;
            /** @enum {string} */
            type: "file" | "link" | "directory";
            mode: number;
            /** @description of a file */
            sha256?: string;
            /** @description of a file, bytes */
            size?: number;
            /** @description of a link */
            target?: string;
        };
        ClientContextOutput: {
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
            sparkSubmit: string | null;
            /**
             * @description commit of the project, with + when it has changes
             * @default null
             */
            commit: string | null;
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
    showAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is calling, and in which account and workspace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        userId: string;
                        userName: string;
                        accountName: string;
                        /** Format: uuid */
                        workspaceId: string;
                        workspaceName: string;
                        /** @enum {string} */
                        identity: "machine-user" | "oidc" | "api-key";
                        expiresUtc: string | null;
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
    openProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description of the folder, where it has one
                     */
                    projectId?: string;
                };
            };
        };
        responses: {
            /** @description The project of this name, made on first use */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
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
    listProjects: {
        parameters: {
            query?: {
                /** @description at most this many */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All projects of the workspace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Project"][];
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
    findMissingBlobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    hashes: string[];
                };
            };
        };
        responses: {
            /** @description Which of these contents the store lacks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        missing: string[];
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
    storeBlobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-tar": string;
            };
        };
        responses: {
            /** @description Store contents: a tar whose entries are named by their SHA-256 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stored: number;
                        bytes: number;
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
    readBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One content */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    createSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    entries: components["schemas"]["SnapshotEntry"][];
                };
            };
        };
        responses: {
            /** @description A snapshot from its list of entries; the same list gives the same id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotSummary"];
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
    showSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries of a snapshot */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        files: number;
                        bytes: number;
                        entries: components["schemas"]["SnapshotEntryOutput"][];
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
    readSnapshotArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole snapshot as a tar */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-tar": string;
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
    compareSnapshots: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                snapshotId: string;
                otherId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What changed from the first snapshot to the second, with hunks for text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: components["schemas"]["FileChange"][];
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
    planRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    projectId: string;
                    snapshotId: string;
                    /** @description NAME, NAME.runconfig or aml_config/NAME.runconfig */
                    configuration: string;
                    /** @description name of a compute target that overrides the configuration */
                    target?: string;
                    script?: string;
                    /** @default [] */
                    arguments?: string[];
                    /** @enum {string} */
                    framework?: "Python" | "PySpark";
                    /** @default {} */
                    environmentVariables?: {
                        [key: string]: string;
                    };
                    prepareEnvironment?: boolean;
                    /** @default false */
                    refreshBase?: boolean;
                    tracked?: boolean;
                    /** @default null */
                    timeLimitSeconds?: number | null;
                    /** @default null */
                    name?: string | null;
                    /** @default null */
                    description?: string | null;
                    /** @default {} */
                    tags?: {
                        [key: string]: string;
                    };
                    idempotencyKey?: string;
                    client: components["schemas"]["ClientContext"];
                    /**
                     * @description the environment is asked for, not a script
                     * @default false
                     */
                    environmentOnly?: boolean;
                };
            };
        };
        responses: {
            /** @description What a submit would do, with reasons; nothing happens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPlan"];
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
    submitRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Submit"];
            };
        };
        responses: {
            /** @description Accept a run: an error with file and line, or a run id */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runId: string;
                        runNumber: number;
                        /** @description true: this idempotency key was used before, and this is its run */
                        repeated: boolean;
                        findings: components["schemas"]["Finding"][];
                        specification: components["schemas"]["RunSpecification"];
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
    prepareEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    projectId: string;
                    snapshotId: string;
                    /** @description NAME, NAME.runconfig or aml_config/NAME.runconfig */
                    configuration: string;
                    /** @description name of a compute target that overrides the configuration */
                    target?: string;
                    /** @enum {string} */
                    framework?: "Python" | "PySpark";
                    /** @default false */
                    refreshBase?: boolean;
                    client: components["schemas"]["ClientContext"];
                };
            };
        };
        responses: {
            /** @description Ask for the environment of a run configuration to be made ready */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description null: the target uses the user's own Python, nothing to prepare */
                        requestId: string | null;
                        target: components["schemas"]["ComputeTargetSettings"];
                        findings: components["schemas"]["Finding"][];
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
