package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Endings;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// How long a real-time call waits while at least 10,000 asynchronous ones do, against the same without them.
///
/// The worker is stopped (SIGSTOP) while the backlog is built, so that it is whole when the calls begin.
public final class BesideBacklog implements Measurement {
    private static final int BACKLOG = 10_000;
    private static final int FILLERS = 16;
    private static final double TARGET_RATIO = 3;
    private static final Duration SLICE = Duration.ofMillis(500);
    /// Below the time after which the broker takes the stopped worker for dead.
    private static final Duration FILLING = Duration.ofSeconds(8);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(200);
    private static final int FILLINGS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "beside-backlog";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        List<byte[]> calls = IntStream.range(0, digits.count())
                .mapToObj(row -> installation.realTime(endpoint, "application/json", digits.json(row)))
                .toList();
        ClosedLoop.Taken without = ClosedLoop.run(
                1,
                installation.seconds(8, 5),
                installation.seconds(8, 4),
                index -> new RealTimeCaller(installation, digits, calls, index));
        Collection<InvocationId> accepted = new ConcurrentLinkedQueue<>();
        var ended = new AtomicInteger();
        try (var endings = new Endings(installation.kafka(), _ -> ended.incrementAndGet())) {
            List<ProcessHandle> workers = installation.workers();
            int wanted = installation.choose(18_000, 14_000);
            for (int i = 0; i < FILLINGS && accepted.size() < wanted; i++) {
                signal("STOP", workers);
                try {
                    fill(installation, endpoint, wanted, accepted);
                } finally {
                    signal("CONT", workers);
                }
                Wait.pause(SIGN_OF_LIFE);
            }
            installation.progress(accepted.size() + " records queued");
            int waiting = accepted.size() - ended.get();
            var with = new Histogram(3);
            int left = waiting;
            while (left >= BACKLOG) {
                with.add(ClosedLoop.run(
                                1,
                                Duration.ZERO,
                                SLICE,
                                index -> new RealTimeCaller(installation, digits, calls, index))
                        .latencies());
                left = accepted.size() - ended.get();
            }
            List<String> problems = endings.await(accepted, PATIENCE);
            double p99 = with.getValueAtPercentile(99) / 1e6;
            return List.of(new Reading(
                    "real-time p99 while 10,000 asynchronous records wait",
                    "≤ 3 × p99 without them",
                    with.getTotalCount() == 0 ? null : Figure.millis("p99", p99),
                    Figure.millis("p99 without them", without.millis(99)),
                    with.getTotalCount() > 0 && p99 <= TARGET_RATIO * without.millis(99),
                    List.of(
                            Figure.millis("p50", with.getValueAtPercentile(50) / 1e6),
                            Figure.millis("p50 without them", without.millis(50)),
                            new Figure("waiting at first", waiting, "records"),
                            new Figure("real-time calls beside them", with.getTotalCount(), "")),
                    problems));
        }
    }

    private void fill(Installation installation, String endpoint, int most, Collection<InvocationId> accepted)
            throws InterruptedException {
        List<byte[]> calls = installation.asynchronousDigits(endpoint, digits);
        long end = System.nanoTime() + FILLING.toNanos();
        while (accepted.size() < most && System.nanoTime() < end) {
            ClosedLoop.run(FILLERS, Duration.ZERO, SLICE, _ -> {
                var connection = new HttpConnection(installation.apiUri());
                return new ClosedLoop.Caller() {
                    @Override
                    public void call(int n) throws IOException {
                        accepted.add(Accepted.id(connection.send(calls.get(n % calls.size()))));
                    }

                    @Override
                    public void close() throws IOException {
                        connection.close();
                    }
                };
            });
        }
    }

    private static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
        for (ProcessHandle process : processes) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }
}
