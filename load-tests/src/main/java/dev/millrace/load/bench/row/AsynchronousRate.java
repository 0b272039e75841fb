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
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Asynchronous digits for a minute by a bounded number of clients, every output read afterwards, against the
/// store's own rate of puts of that size by as many clients.
public final class AsynchronousRate implements Measurement {
    private static final double TARGET = 1000;
    private static final double TARGET_RATIO = 0.7;
    private static final int CLIENTS = 32;
    private static final int OUTSTANDING = 512;
    private static final int PATIENCE_SECONDS = 90;

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "async-rate";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        List<byte[]> calls = installation.asynchronousDigits(endpoint, digits);
        Duration warmUp = installation.seconds(15, 8);
        Duration time = installation.seconds(60, 10);
        Map<InvocationId, Integer> accepted = new ConcurrentHashMap<>();
        var room = new Semaphore(OUTSTANDING);
        long from = System.nanoTime() + warmUp.toNanos();
        var completed = new AtomicLong();
        try (var endings = new Endings(installation.kafka(), _ -> {
            room.release();
            long now = System.nanoTime();
            if (now >= from && now < from + time.toNanos()) {
                completed.incrementAndGet();
            }
        })) {
            ClosedLoop.Taken taken = ClosedLoop.run(
                    CLIENTS, warmUp, time, index -> new Caller(installation, calls, index, room, accepted));
            var problems = new ArrayList<>(endings.await(accepted.keySet(), Duration.ofSeconds(PATIENCE_SECONDS)));
            double rate = completed.get() / (double) time.toSeconds();
            installation.progress(Math.round(rate) + " per second; reading " + accepted.size() + " outputs");
            var outputs = new Outputs(installation, digits);
            problems.addAll(outputs.wrong(endings, accepted));
            int bytes = outputs.bytes();
            ClosedLoop.Taken puts = installation.rawStore().puts(bytes, CLIENTS, installation.seconds(10, 4));
            double ratio = rate / puts.perSecond();
            return List.of(new Reading(
                    "asynchronous, digits, inline, " + time.toSeconds() + " s, nothing lost",
                    "≥ 1,000/s, or ≥ 0.7 × the store's puts",
                    Figure.perSecond("completed", rate),
                    Figure.perSecond("raw PUTs of " + bytes + " bytes, " + CLIENTS + " clients", puts.perSecond()),
                    rate >= TARGET || ratio >= TARGET_RATIO,
                    List.of(
                            new Figure(
                                    "outputs read and right",
                                    accepted.size() - outputs.wrongCount(),
                                    "of " + accepted.size()),
                            new Figure("clients", CLIENTS, "with at most " + OUTSTANDING + " calls under way"),
                            Figure.millis("accept p50", taken.millis(50)),
                            Figure.millis("accept p99", taken.millis(99)),
                            Figure.ownCores(taken.ownCores())),
                    problems));
        }
    }

    private static final class Caller implements ClosedLoop.Caller {
        private final List<byte[]> calls;
        private final int index;
        private final Semaphore room;
        private final Map<InvocationId, Integer> accepted;
        private final HttpConnection connection;

        Caller(
                Installation installation,
                List<byte[]> calls,
                int index,
                Semaphore room,
                Map<InvocationId, Integer> accepted)
                throws IOException {
            this.calls = calls;
            this.index = index;
            this.room = room;
            this.accepted = accepted;
            this.connection = new HttpConnection(installation.apiUri());
        }

        @Override
        public void call(int n) throws IOException, InterruptedException {
            if (!room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no call ended in " + PATIENCE_SECONDS + " s");
            }
            int row = (index + n * CLIENTS) % calls.size();
            accepted.put(Accepted.id(connection.send(calls.get(row))), row);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
