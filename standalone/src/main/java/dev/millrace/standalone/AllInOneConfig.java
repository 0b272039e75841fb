package dev.millrace.standalone;

import dev.millrace.controller.ControllerConfig;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.notifier.NotifierConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.runtime.ManagementConfig;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.worker.host.WorkerHostConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The settings of every part of an all-in-one, each read as its own process would read it.
///
/// @param storeFullPercent how full the volume may be before the store refuses writes (`store.full-percent`)
record AllInOneConfig(
        GatewayConfig gateway,
        ControlPlaneConfig controlPlane,
        ControllerConfig controller,
        NotifierConfig notifier,
        WorkerHostConfig host,
        KafkaConfig kafka,
        S3Config s3,
        MonitoringConfig monitoring,
        ManagementConfig management,
        int storeFullPercent) {
    private static final int DEFAULT_FULL_PERCENT = 90;

    AllInOneConfig {
        if (storeFullPercent < 1 || storeFullPercent > 100) {
            throw new IllegalArgumentException("store.full-percent: " + storeFullPercent + " (expected: 1 to 100)");
        }
    }

    /// @param workerFiles where the distribution has what a worker's JVM starts with
    /// @throws UsageException with every bad setting
    static AllInOneConfig of(
            AllInOneOptions options,
            DataFolder data,
            DataFolder.Credentials credentials,
            Map<String, String> workerFiles,
            Map<String, String> environment) {
        Ports ports = options.ports();
        String loopback = "127.0.0.1";
        Map<String, String> connections = Map.of(
                "kafka.bootstrap-servers",
                loopback + ":" + ports.broker(),
                "s3.endpoint",
                "http://" + loopback + ":" + ports.store(),
                "s3.access-key",
                credentials.accessKey(),
                "s3.secret-key",
                credentials.secretKey());
        var all = new HashMap<>(options.settings());
        all.putAll(connections);
        // One pair for the store and for the API: AWS's clients have one.
        all.put("auth.access-key-id", credentials.accessKey());
        all.put("auth.secret-access-key", credentials.secretKey());
        all.putAll(workerFiles);
        all.put("gateway.port", Integer.toString(ports.api()));
        all.putIfAbsent("gateway.public-url", "http://" + loopback + ":" + ports.api());
        all.put("management.port", Integer.toString(ports.management()));
        all.put("host.data", data.host().toString());
        var settings = new Settings(all, environment);
        try {
            var config = new AllInOneConfig(
                    GatewayConfig.from(settings),
                    ControlPlaneConfig.from(settings),
                    ControllerConfig.from(settings),
                    NotifierConfig.from(settings),
                    WorkerHostConfig.from(settings, connections),
                    KafkaConfig.from(settings),
                    S3Config.from(settings),
                    MonitoringConfig.from(settings),
                    ManagementConfig.from(settings, ports.management()),
                    settings.get("store.full-percent", DEFAULT_FULL_PERCENT, Integer::valueOf));
            settings.finish();
            return config;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /// What clients put into their environment, as shell lines.
    String environmentLines(DataFolder.Credentials credentials) {
        var lines = new StringBuilder();
        export(lines, "AWS_ENDPOINT_URL", "http://127.0.0.1:" + gateway.port());
        export(lines, "AWS_ENDPOINT_URL_S3", s3.publicEndpoint().toString());
        export(lines, "AWS_ACCESS_KEY_ID", credentials.accessKey());
        export(lines, "AWS_SECRET_ACCESS_KEY", credentials.secretKey());
        export(lines, "MILLRACE_TOKEN", credentials.token());
        export(lines, "AWS_DEFAULT_REGION", controlPlane.region());
        export(lines, "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        export(lines, "MILLRACE_MANAGEMENT_URL", "http://" + management.host() + ":" + management.port());
        return lines.toString();
    }

    private static void export(StringBuilder lines, String name, String value) {
        lines.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n");
    }

    /// Where a distribution keeps the worker's class path and caches, as settings of its host.
    static Map<String, String> workerFiles(Distribution distribution) {
        var files = new HashMap<String, String>();
        files.put(
                "host.worker-classpath",
                distribution.classPath(Program.WORKER).stream()
                        .map(Path::toString)
                        .collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator)));
        files.put("host.worker-java-options", String.join(" ", distribution.workerFlags()));
        distribution.cache(Program.WORKER).ifPresent(cache -> files.put("host.aot-cache", cache.toString()));
        files.put("host.native-folder", distribution.natives().toString());
        return files;
    }
}
