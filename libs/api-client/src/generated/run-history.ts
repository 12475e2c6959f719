// Generated from docs/openapi/run-history.json by `pnpm generate`.
export interface paths {
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records with filters, sort and paging */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole record of a run */
        get: operations["showRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change name, description, tags (null removes one) or hide a run */
        patch: operations["editRun"];
        trace?: never;
    };
    "/runs/{runId}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State and log as they come, a JSON object a line, until the run is final */
        get: operations["followRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/logs/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a log (stdout, stderr, build or driver) from an offset */
        get: operations["readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/logs/{stream}/{offset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Executor: bytes at an offset; repeats change nothing, a gap is refused, a stale fence is refused */
        put: operations["appendLog"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/logs/{stream}/seal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Executor: nothing more comes; bytes, lines and SHA-256 are fixed */
        post: operations["sealLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Executor: how far the record has got, to go on from there */
        get: operations["logPositions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every logged value of a run, in order */
        get: operations["listMetrics"];
        put?: never;
        /** Executor: lines of metrics.jsonl from a byte offset; repeats change nothing */
        post: operations["appendMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{runId}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file of the run */
        get: operations["readArtifact"];
        /** Executor: one file of the run; answers when it is safe */
        put: operations["storeArtifact"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs between two runs: arguments, configuration, packages, metrics, outputs */
        get: operations["compareRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Promoted assets */
        get: operations["listAssets"];
        put?: never;
        /** Give an artifact of a run a name of its own; the same content under the same name is the same version */
        post: operations["promoteArtifact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{assetId}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a promoted asset */
        get: operations["readAsset"];
        put?: never;
        post?: never;
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
        RunRecord: {
            run_id: string;
            run_number: number;
            script_name: string;
            target: string;
            /** @enum {string} */
            status: "NotStarted" | "Queued" | "Preparing" | "Starting" | "Running" | "Finalizing" | "NotResponding" | "CancelRequested" | "Completed" | "Failed" | "Canceled";
            status_reason: string;
            /** Format: date-time */
            created_utc: string;
            start_time_utc: string | null;
            end_time_utc: string | null;
            /** @description H:MM:SS.ffffff */
            duration: string | null;
            user_id: string;
            experiment_id: string;
            project_name: string;
            parent_run_id: string | null;
            name: string | null;
            description: string | null;
            hidden: boolean;
            heartbeat_enabled: boolean;
            properties: {
                [key: string]: string;
            };
            tags: {
                [key: string]: string;
            };
            /** @description comma-separated paths */
            attachments: string;
            arguments: string[];
            run_configuration: string;
            framework: string;
            exit_code: number | null;
            error: components["schemas"]["ErrorBody"] | null;
            /** @description last value, or the list of values where it was logged more than once */
            metrics: {
                [key: string]: unknown;
            };
            /** @description identity */
            environment: string | null;
            snapshot: string;
            warnings: string[];
        } & {
            [key: string]: unknown;
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
        RunDetails: {
            record: components["schemas"]["RunRecord"];
            specification: components["schemas"]["RunSpecification"];
            states: {
                /** @enum {string} */
                state: "NotStarted" | "Queued" | "Preparing" | "Starting" | "Running" | "Finalizing" | "NotResponding" | "CancelRequested" | "Completed" | "Failed" | "Canceled";
                /** Format: date-time */
                at: string;
                reason: string;
                evidence: string | null;
                details: unknown | null;
            }[];
            logs: components["schemas"]["LogSummary"][];
            artifacts: components["schemas"]["Artifact"][];
            environment: {
                identity: string;
                image: string | null;
                buildId: string | null;
                reused: boolean;
                lock: components["schemas"]["EnvironmentLock"] | null;
            } | null;
            claims: {
                status: string;
                details: string | null;
                at: string;
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
            client: components["schemas"]["ClientContext"];
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
            sparkSubmit: string | null;
            /**
             * @description commit of the project, with + when it has changes
             * @default null
             */
            commit: string | null;
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
        LogSummary: {
            stream: string;
            bytes: number;
            lines: number | null;
            sha256: string | null;
            sealed: boolean;
            /** @description secret values replaced */
            masked: number;
        };
        Artifact: {
            path: string;
            sizeBytes: number;
            sha256: string;
            /** Format: date-time */
            createdUtc: string;
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
        MetricPoint: {
            name: string;
            kind: string;
            value: unknown;
            time: number;
        };
        Asset: {
            /** Format: uuid */
            id: string;
            name: string;
            version: number;
            run_id: string;
            path: string;
            sha256: string;
            sizeBytes: number;
            /** Format: date-time */
            createdUtc: string;
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
    listRuns: {
        parameters: {
            query?: {
                /** @description at most this many */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
                projectId?: string;
                status?: string | string[];
                target?: string | string[];
                script?: string;
                /** @description K or K=V */
                tag?: string | string[];
                name?: string;
                since?: string;
                until?: string;
                /** @description NAME, NAME>0.9, NAME<=2, NAME=x */
                metric?: string | string[];
                /** @description a field, or metrics.NAME; - in front for descending */
                sort?: string;
                /** @description also hidden runs */
                hidden?: "0" | "1" | "true" | "false" | "";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Records with filters, sort and paging */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RunRecord"][];
                        next: string | null;
                        total: number;
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
    showRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole record of a run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
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
    editRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string | null;
                    description?: string | null;
                    hidden?: boolean;
                    tags?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Change name, description, tags (null removes one) or hide a run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunRecord"];
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
    followRun: {
        parameters: {
            query?: {
                stdout?: number;
                stderr?: number;
                build?: number;
                /** @description what is there now, then end */
                once?: "0" | "1" | "true" | "false" | "";
            };
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State and log as they come, a JSON object a line, until the run is final */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
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
    readLog: {
        parameters: {
            query?: {
                offset?: number;
            };
            header?: never;
            path: {
                runId: string;
                stream: "stdout" | "stderr" | "build" | "driver" | "control";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes of a log (stdout, stderr, build or driver) from an offset */
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
    appendLog: {
        parameters: {
            query: {
                fence: number;
                /** @description replacements so far in this stream */
                masked?: number;
            };
            header?: never;
            path: {
                runId: string;
                stream: string;
                offset: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Executor: bytes at an offset; repeats change nothing, a gap is refused, a stale fence is refused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description bytes of the stream that are safe */
                        size: number;
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
    sealLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fence: number;
                    size: number;
                };
            };
        };
        responses: {
            /** @description Executor: nothing more comes; bytes, lines and SHA-256 are fixed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogSummary"];
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
    logPositions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Executor: how far the record has got, to go on from there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        logs: components["schemas"]["LogSummary"][];
                        metricsOffset: number;
                        artifacts: components["schemas"]["Artifact"][];
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
    listMetrics: {
        parameters: {
            query?: {
                name?: string;
            };
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every logged value of a run, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MetricPoint"][];
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
    appendMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fence: number;
                    offset: number;
                    end: number;
                    lines: string[];
                };
            };
        };
        responses: {
            /** @description Executor: lines of metrics.jsonl from a byte offset; repeats change nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        offset: number;
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
    readArtifact: {
        parameters: {
            query: {
                path: string;
            };
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One file of the run */
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
    storeArtifact: {
        parameters: {
            query: {
                path: string;
                fence: number;
            };
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Executor: one file of the run; answers when it is safe */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Artifact"];
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
    compareRuns: {
        parameters: {
            query: {
                a: string;
                b: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs between two runs: arguments, configuration, packages, metrics, outputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        a: components["schemas"]["RunRecord"];
                        b: components["schemas"]["RunRecord"];
                        arguments: {
                            a: string[];
                            b: string[];
                            same: boolean;
                        };
                        configuration: {
                            key: string;
                            a: unknown;
                            b: unknown;
                        }[];
                        packages: {
                            name: string;
                            /** @enum {string} */
                            manager: "conda" | "pip";
                            a: string | null;
                            b: string | null;
                        }[];
                        metrics: {
                            name: string;
                            a: unknown;
                            b: unknown;
                            difference: number | null;
                        }[];
                        outputs: {
                            path: string;
                            a: string | null;
                            b: string | null;
                        }[];
                        snapshots: {
                            a: string;
                            b: string;
                            same: boolean;
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
    listAssets: {
        parameters: {
            query?: {
                /** @description at most this many */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Promoted assets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Asset"][];
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
    promoteArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    runId: string;
                    path: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Give an artifact of a run a name of its own; the same content under the same name is the same version */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
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
    readAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes of a promoted asset */
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
}
