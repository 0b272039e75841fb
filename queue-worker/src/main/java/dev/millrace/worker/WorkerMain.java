package dev.millrace.worker;

import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.model.ArtifactLimits;
import dev.millrace.model.ModelLoader;
import dev.millrace.model.RunnerConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.ParentWatch;
import dev.millrace.runtime.Settings;
import dev.millrace.runtime.Threads;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The worker process: `--spec FILE` names what to serve, the environment how to reach the broker and the
/// store.
///
/// The standard output carries its states, one JSON document per line; the standard input its orders:
/// `drain`,
/// `lanes TOPIC,…`, and the end of the input when its host is gone. Logs go to the standard error.
public final class WorkerMain {
    private static final Codec<WorkerState> STATES = Json.codec(WorkerState.class);
    private static final int USAGE = 1;

    private WorkerMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2 || !args[0].equals("--spec")) {
            System.err.println("usage: --spec FILE");
            System.exit(USAGE);
        }
        Threads.start("prepare", ModelLoader::prepare);
        var settings = new Settings(Map.of(), System.getenv());
        KafkaConfig kafka = KafkaConfig.from(settings);
        S3Config s3 = S3Config.from(settings);
        WorkerConfig config = WorkerConfig.from(settings);
        ArtifactLimits artifacts = ArtifactLimits.from(settings);
        RunnerConfig runner = RunnerConfig.from(settings, 1);
        settings.finish();
        WorkerSpec spec = Json.codec(WorkerSpec.class)
                .decode(Files.readAllBytes(Path.of(args[1])))
                .orElseThrow();

        InstantSource clock = InstantSource.system();
        var connection = new KafkaConnection(kafka);
        RandomGenerator random = new Random();
        var store = new S3ObjectStore(s3, config.objects().bucket(), clock, random);
        var process = new WorkerProcess(
                spec,
                config,
                () -> ports(connection, store),
                new StoredModels(
                        new ArtifactCache(store, config.cacheFolder(), config.cacheBytes(), clock), artifacts, runner),
                printer(System.out),
                clock,
                random);
        exit(run(process, config.abandonTimeout()));
    }

    /// Runs the process under its parent's eyes.
    static int run(WorkerProcess process, Duration patience) throws InterruptedException {
        ParentWatch.start(process::onOrder, () -> abandon(process, patience));
        var terminated = new Thread(process::abandon, "terminated");
        Runtime.getRuntime().addShutdownHook(terminated);
        return process.run();
    }

    /// Writes states as lines; a host that reads no more is noticed elsewhere.
    static Consumer<WorkerState> printer(PrintStream out) {
        return state -> {
            synchronized (out) {
                out.println(new String(STATES.encode(state), StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    /// Ends the process. One whose model hangs is halted: nothing waits for a native call.
    static void exit(int status) {
        if (status == WorkerProcess.STUCK) {
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    private static WorkerPorts ports(KafkaConnection connection, S3ObjectStore store) {
        try {
            connection.warmUp(Topics.EVENTS);
        } catch (PlatformException _) {
            // A broker out of reach is waited for where records are held.
        }
        return new WorkerPorts(
                store,
                new KafkaRequestConsumers(connection),
                new KafkaFeeds(connection).events(),
                new KafkaReplies(connection));
    }

    /// A host that died must not find its workers alive when it starts again: they leave, or are halted.
    private static void abandon(WorkerProcess process, Duration patience) {
        var left = new CountDownLatch(1);
        Threads.start("abandoned", () -> {
            process.abandon();
            left.countDown();
        });
        try {
            if (!left.await(patience.plusMillis(1_500).toNanos(), TimeUnit.NANOSECONDS)) {
                Runtime.getRuntime().halt(WorkerProcess.LEFT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
