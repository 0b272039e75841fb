package dev.millrace.worker.host;

import dev.millrace.model.ArtifactLimits;
import dev.millrace.model.RunnerConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.worker.WorkerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// What a host passes on of its own settings to the workers that it starts.
final class WorkerSettings {
    private static final Set<String> SET_BY_THE_HOST = Set.of("worker.cache-folder", "worker.crashes");

    private WorkerSettings() {}

    /// Every setting of a worker that is set here, checked as the worker would; the secret in clear, for
    /// the
    /// environment of a child only.
    static Map<String, String> of(Settings settings) {
        var own = new Settings(Map.of(), Map.of());
        read(own);
        S3Config s3 = read(settings);
        var passed = new HashMap<String, String>();
        for (String key : own.effective().keySet()) {
            if (!SET_BY_THE_HOST.contains(key) && !key.equals("s3.secret-key")) {
                settings.find(key, Function.identity()).ifPresent(value -> passed.put(key, value));
            }
        }
        passed.put("s3.secret-key", s3.secretKey().value());
        return passed;
    }

    private static S3Config read(Settings settings) {
        KafkaConfig.from(settings);
        WorkerConfig.from(settings);
        ArtifactLimits.from(settings);
        RunnerConfig.from(settings, 1);
        return S3Config.from(settings);
    }
}
