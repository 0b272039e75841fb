package dev.millrace.worker;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;

/// The worker process with a [ScriptedRunner] in place of a stored model; everything else is real.
public final class ScriptedWorkerMain {
    private ScriptedWorkerMain() {}

    public static void main(String[] args) throws Exception {
        var settings = new Settings(Map.of(), System.getenv());
        KafkaConfig kafka = KafkaConfig.from(settings);
        S3Config s3 = S3Config.from(settings);
        WorkerConfig config = WorkerConfig.from(settings);
        settings.finish();
        WorkerSpec spec = Json.codec(WorkerSpec.class)
                .decode(Files.readAllBytes(Path.of(args[1])))
                .orElseThrow();
        InstantSource clock = InstantSource.system();
        var random = new Random();
        var connection = new KafkaConnection(kafka);
        var store = new S3ObjectStore(s3, config.objects().bucket(), clock, random);
        var process = new WorkerProcess(
                spec,
                config,
                () -> new WorkerPorts(
                        store,
                        new KafkaRequestConsumers(connection),
                        new KafkaFeeds(connection).events(),
                        new KafkaReplies(connection)),
                _ -> new ScriptedRunner(2),
                WorkerMain.printer(System.out),
                clock,
                random);
        WorkerMain.exit(WorkerMain.run(process, config.abandonTimeout()));
    }
}
