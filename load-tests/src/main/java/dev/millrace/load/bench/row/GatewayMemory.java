package dev.millrace.load.bench.row;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.Cluster;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.Memory;
import dev.millrace.load.harness.NpyBody;
import dev.millrace.runtime.Threads;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// What a gateway of its own with 256 MB of heap keeps in memory while eight uploads go through it at once, against
/// eight of a quarter of their size.
public final class GatewayMemory implements Measurement {
    private static final int AT_ONCE = 8;
    private static final double GROWTH = 1.1;
    private static final double LIMIT = 512e6;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SAMPLE_MILLIS = 50;

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "gateway-memory";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        long bytes = installation.choose(256L << 20, 64L << 20);
        var problems = new ConcurrentLinkedQueue<String>();
        try (var cluster =
                new Cluster(installation.folder().resolve("cluster"), Map.of("MILLRACE_SCALING_IDLE_TIME", "PT2S"))) {
            deploy(cluster);
            long gateway = cluster.gateway().pid().orElseThrow();
            long before = Memory.residentBytes(gateway);
            // Twice: buffers that are made once belong to no size.
            peak(cluster, gateway, bytes / 4, problems);
            long small = peak(cluster, gateway, bytes / 4, problems);
            long large = peak(cluster, gateway, bytes, problems);
            return List.of(new Reading(
                    "gateway at `-Xmx256m`, " + AT_ONCE + " uploads of " + (bytes >> 20) + " MiB at once",
                    "no growth with size",
                    Figure.megabytes("resident at most", large),
                    Figure.megabytes("the same with uploads of " + (bytes >> 22) + " MiB", small),
                    large <= GROWTH * small && large <= LIMIT,
                    List.of(Figure.megabytes("before any upload", before)),
                    new ArrayList<>(problems)));
        }
    }

    private void deploy(Cluster cluster) throws IOException, InterruptedException {
        var at = new ObjectLocation(cluster.bucket(), "models/model.onnx");
        cluster.store()
                .put(
                        at,
                        Payload.of(Files.readAllBytes(TestModel.DIGITS.model())),
                        ObjectAttributes.NONE,
                        WriteCondition.ALWAYS);
        cluster.api().createConfig("digits", at.uri(), "s3://" + cluster.bucket() + "/out", Map.of());
        cluster.api().sageMaker("CreateEndpoint", Map.of("EndpointName", "digits", "EndpointConfigName", "digits"));
        cluster.api().awaitInService("digits", PATIENCE);
    }

    private long peak(Cluster cluster, long gateway, long bytes, Queue<String> problems) throws InterruptedException {
        long most = 0;
        try (var threads = Executors.newThreadPerTaskExecutor(Threads.virtual("upload"))) {
            var uploads = IntStream.range(0, AT_ONCE)
                    .mapToObj(_ -> threads.submit(() -> upload(cluster, bytes, problems)))
                    .toList();
            while (uploads.stream().anyMatch(upload -> !upload.isDone())) {
                most = Math.max(most, Memory.residentBytes(gateway));
                TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
            }
        }
        return most;
    }

    private void upload(Cluster cluster, long bytes, Queue<String> problems) {
        var body = NpyBody.upTo(digits, bytes);
        BodyPublisher publisher =
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(body::stream), body.length());
        try {
            HttpResponse<String> answer = cluster.api()
                    .invokeAsync(
                            "digits",
                            Map.of("X-Amzn-SageMaker-Content-Type", "application/x-unknown"),
                            publisher,
                            PATIENCE);
            if (answer.statusCode() != 202) {
                problems.add("an upload got " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            problems.add("an upload broke off: " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
