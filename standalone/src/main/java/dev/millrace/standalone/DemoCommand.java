package dev.millrace.standalone;

import dev.millrace.invocation.BucketName;
import dev.millrace.standalone.demo.Demonstration;
import dev.millrace.storage.S3ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace demo`: starts an all-in-one, shows the whole flow on the digits model, and stops it again.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts everything, deploys the digits model, invokes it in each way from zero workers and checks the answers.",
            "Exit status 0 only if every prediction is the model's and every webhook came signed."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "where everything is kept (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data", "demo");

    @Override
    public Integer call() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path samples = Path.of(System.getProperty("millrace.root", ".")).resolve("samples/digits");
        if (!Files.exists(samples.resolve("model.onnx"))) {
            throw new UsageException("the digits model is missing: " + samples.resolve("model.onnx"));
        }
        var folder = new DataFolder(data);
        folder.open();
        MillraceMain.logTo(folder.logs().resolve("millrace.log"));
        System.out.println("» Starting broker, store, gateway, notifier, controller and a worker host");
        // A short idle time, so that the calls start from zero; webhooks go to a receiver on loopback.
        Map<String, String> settings = Map.of("scaling.idle-time", "PT2S", "notifier.allowed-networks", "127.0.0.0/8");
        try (AllInOne allInOne =
                AllInOne.start(folder, new AllInOneOptions(Ports.free(), settings), Distribution.ofThisProcess())) {
            AllInOneConfig config = allInOne.config();
            System.out.printf(
                    "    ready after %.1f s: API on port %d, S3 on %s, Kafka on %s%n",
                    (System.nanoTime() - start) / 1e9,
                    config.gateway().port(),
                    config.s3().publicEndpoint(),
                    config.kafka().bootstrapServers());
            boolean isRight;
            try (var store = new S3ObjectStore(
                    config.s3(), new BucketName("demo-user"), InstantSource.system(), new SecureRandom())) {
                isRight = new Demonstration(
                                URI.create(
                                        "http://127.0.0.1:" + config.gateway().port()),
                                allInOne.credentials().token(),
                                store,
                                config.kafka().bootstrapServers(),
                                samples,
                                System.out)
                        .run();
            }
            if (CacheTraining.isTraining()) {
                CacheTraining.awaitWorkerCache(Distribution.ofThisProcess());
            }
            System.out.println(
                    isRight
                            ? "\nAll right. Next: ./millrace up, then docs/tutorial/first-invocation.md"
                            : "\nNot everything was right; the lines above say what.");
            return isRight ? 0 : 1;
        }
    }
}
