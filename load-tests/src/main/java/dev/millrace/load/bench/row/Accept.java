package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Endings;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawBroker;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// How long one connection waits for its 202, against one record of the same size on all in-sync replicas.
public final class Accept implements Measurement {
    private static final int BYTES = 4096;
    private static final double TARGET_MILLIS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Override
    public String name() {
        return "accept";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        Duration time = installation.seconds(10, 4);
        ClosedLoop.Taken put = installation.rawStore().puts(BYTES, 1, installation.seconds(4, 2));
        ClosedLoop.Taken produce;
        try (var broker = new RawBroker(installation.kafka().config().bootstrapServers())) {
            produce = broker.produce(BYTES, installation.seconds(4, 2));
        }
        byte[] call = installation.asynchronous(endpoint, "application/json", padded());
        Collection<InvocationId> accepted = new ConcurrentLinkedQueue<>();
        try (var endings = new Endings(installation.kafka(), _ -> {})) {
            ClosedLoop.Taken taken =
                    ClosedLoop.run(1, installation.seconds(5, 3), time, _ -> new Caller(installation, call, accepted));
            List<String> problems = endings.await(accepted, PATIENCE);
            return List.of(new Reading(
                    "accept of a 4 KB payload, one connection, while a worker runs them",
                    "p50 ≤ 5 ms",
                    Figure.millis("p50", taken.millis(50)),
                    Figure.millis("raw produce, acks=all", produce.millis(50)),
                    taken.millis(50) <= TARGET_MILLIS,
                    List.of(
                            Figure.millis("p99", taken.millis(99)),
                            Figure.perSecond("accepted", taken.perSecond()),
                            Figure.millis("raw produce p99", produce.millis(99)),
                            Figure.millis("raw PUT of 4 KB p50", put.millis(50)),
                            Figure.millis("raw PUT p99", put.millis(99)),
                            Figure.ownCores(taken.ownCores())),
                    problems));
        }
    }

    /// A digit in JSON, filled up with spaces.
    private static byte[] padded() {
        byte[] json = new Digits(TestModel.DIGITS).json(0);
        byte[] padded = Arrays.copyOf(json, BYTES);
        Arrays.fill(padded, json.length, BYTES, (byte) ' ');
        return padded;
    }

    private static final class Caller implements ClosedLoop.Caller {
        private final HttpConnection connection;
        private final byte[] call;
        private final Collection<InvocationId> accepted;

        Caller(Installation installation, byte[] call, Collection<InvocationId> accepted) throws IOException {
            this.connection = new HttpConnection(installation.apiUri());
            this.call = call;
            this.accepted = accepted;
        }

        @Override
        public void call(int n) throws IOException {
            accepted.add(Accepted.id(connection.send(call)));
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
