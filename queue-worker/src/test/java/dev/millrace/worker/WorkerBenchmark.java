package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.Replies;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.testkit.TestModel;
import dev.millrace.worker.host.HostCapacity;
import dev.millrace.worker.host.WorkerCommands;
import dev.millrace.worker.host.WorkerHostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures one worker process between the embedded servers, with a plain Kafka client as the gateway.
///
/// Run by hand. Prints: start to ready and to the first stored result; asynchronous requests per second;
/// real-time
/// round trips of one caller and of 32.
public final class WorkerBenchmark {
    private static final int ASYNCHRONOUS_CALLS = Integer.getInteger("calls", 20_000);
    private static final int WINDOW = Integer.getInteger("window", 512);
    private static final Duration REAL_TIME_RUN = Duration.ofSeconds(8);

    private WorkerBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory("worker-benchmark");
        Path natives =
                Path.of(System.getProperty("natives", data.resolve("native").toString()));
        if (!Files.isDirectory(natives)) {
            dev.millrace.model.NativeLibraries.unpack(natives);
        }
        String cache = System.getProperty("aot");
        var options = new ArrayList<>(WorkerHostConfig.DEFAULT_JAVA_OPTIONS);
        options.addAll(Stream.of(System.getProperty("options", "").split(" "))
                .filter(option -> !option.isEmpty())
                .toList());
        try (var flow = new Flow()) {
            ObjectLocation model =
                    flow.put("model.onnx", Payload.of(Files.readAllBytes(TestModel.DIGITS.model())), null);
            var config = new WorkerHostConfig(
                    data,
                    HostCapacity.ofThisMachine(),
                    classPath(),
                    options,
                    cache == null ? null : Path.of(cache),
                    natives,
                    flow.workerSettings(),
                    new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5)),
                    Duration.ofSeconds(30),
                    WorkerHostConfig.DEFAULT_MAIN);
            int starts = Integer.getInteger("starts", 3);
            for (int i = 0; i < starts; i++) {
                try (JavaProcess worker = start(flow, config, flow.spec("w" + i, model))) {
                    if (i == starts - 1 && ASYNCHRONOUS_CALLS > 0) {
                        asynchronous(flow, "warm-up", 4_000);
                        asynchronous(flow, "asynchronous", ASYNCHRONOUS_CALLS);
                        realTime(flow, 1, Duration.ofSeconds(3));
                        realTime(flow, 1, REAL_TIME_RUN);
                        realTime(flow, 32, Duration.ofSeconds(3));
                        realTime(flow, 32, REAL_TIME_RUN);
                        System.out.println("resident MB " + resident(worker.pid()));
                    }
                    worker.send("drain");
                    System.out.println("exit " + worker.onExit().get(20, TimeUnit.SECONDS));
                }
            }
        }
    }

    private static JavaProcess start(Flow flow, WorkerHostConfig config, WorkerSpec spec) {
        InferenceRequest first = flow.send(digit(flow));
        var ready = new CompletableFuture<Long>();
        long spawned = System.nanoTime();
        JavaProcess worker = JavaProcess.start(
                spec.workerId(),
                WorkerCommands.of(config, spec),
                line -> {
                    if (line.contains(WorkerState.Ready.class.getSimpleName())) {
                        ready.complete(System.nanoTime());
                    } else {
                        System.out.println("  > " + line);
                    }
                },
                line -> System.out.println("  | " + line));
        var _ = worker.onExit()
                .thenAccept(code -> ready.completeExceptionally(new IllegalStateException("exit " + code)));
        long readyAt = ready.join();
        while (flow.ends(first).isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.printf(
                "start: ready %d ms, first result %d ms%n",
                (readyAt - spawned) / 1_000_000, (System.nanoTime() - spawned) / 1_000_000);
        return worker;
    }

    private static void asynchronous(Flow flow, String name, int calls) throws InterruptedException {
        var done = new AtomicInteger();
        var window = new Semaphore(WINDOW);
        Feed.Subscription following = new KafkaFeeds(flow.connection)
                .events()
                .follow(new Feed.Start.End(), (_, event) -> {
                    if (event instanceof InvocationEvent.Completed) {
                        done.incrementAndGet();
                        window.release();
                    }
                });
        following.caughtUp().toCompletableFuture().join();
        long begun = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            window.acquire();
            var _ = flow.queue.enqueue(flow.lanes.get(1), digit(flow));
        }
        while (done.get() < calls && System.nanoTime() - begun < 120_000_000_000L) {
            window.tryAcquire(20, TimeUnit.MILLISECONDS);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%s: %d of %d in %.1f s, %.0f/s%n", name, done.get(), calls, seconds, done.get() / seconds);
        following.close();
    }

    private static void realTime(Flow flow, int callers, Duration time) throws InterruptedException {
        Map<InvocationId, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
        var replies = new KafkaReplies(flow.connection);
        Replies.Receiver receiver = replies.receive("bench-" + callers, reply -> {
            CompletableFuture<Reply> waiter = waiting.remove(reply.invocationId());
            if (waiter != null) {
                waiter.complete(reply);
            }
        });
        LaneId lane = flow.lanes.getFirst();
        long end = System.nanoTime() + time.toNanos();
        List<List<Long>> took = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            var mine = new ArrayList<Long>();
            took.add(mine);
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < end) {
                    InferenceRequest request = realTime(flow, receiver);
                    var answer = new CompletableFuture<Reply>();
                    waiting.put(request.invocationId(), answer);
                    long begun = System.nanoTime();
                    var _ = flow.queue.enqueue(lane, request);
                    answer.orTimeout(20, TimeUnit.SECONDS).join();
                    mine.add(System.nanoTime() - begun);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] all = took.stream()
                .flatMap(List::stream)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        System.out.printf(
                "real-time, %d callers: %.0f/s, p50 %.2f ms, p99 %.2f ms, max %.1f ms%n",
                callers, all.length / (time.toNanos() / 1e9), at(all, 0.5), at(all, 0.99), at(all, 1));
        receiver.close();
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * quantile))] / 1e6;
    }

    private static InferenceRequest digit(Flow flow) {
        return flow.request(new InferenceInput.Inline(Digits.INPUT), "application/json", null);
    }

    private static InferenceRequest realTime(Flow flow, Replies.Receiver receiver) {
        return flow.request(
                InvocationId.create(flow.clock, flow.random),
                new InferenceInput.Inline(Digits.INPUT),
                "application/json",
                null,
                new Delivery.RealTime(receiver.address()),
                flow.clock.instant().plusSeconds(60));
    }

    /// Of the worker: the module's own where it is given, else as it was built.
    private static List<Path> classPath() {
        String given = System.getProperty("worker.classpath");
        return given == null
                ? JavaCommand.classPathOf(Path.of(System.getProperty("millrace.root")), "queue-worker")
                : Stream.of(given.split(":")).map(Path::of).toList();
    }

    private static String resident(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            Optional<String> resident =
                    lines.filter(line -> line.startsWith("VmRSS")).findFirst();
            return resident.map(line -> line.replaceAll("[^0-9]", "")).orElse("?");
        }
    }

    private static final class Digits {
        static final Payload INPUT = Payload.ofUtf8("[" + Arrays.toString(rows()) + "]");

        private static float @Nullable [] rows() {
            return TestModel.DIGITS.rows().getFirst().features();
        }
    }
}
