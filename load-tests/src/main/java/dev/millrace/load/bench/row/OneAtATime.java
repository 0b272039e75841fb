package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Labels;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawBroker;
import dev.millrace.load.floor.RawModel;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// One asynchronous call after the other until its output can be read, against the model, a PUT and two
/// records.
public final class OneAtATime implements Measurement {
    private static final double TARGET_MILLIS = 15;
    private static final int OUTPUT_BYTES = 300;
    private static final int RECORD_BYTES = 1024;

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "one-at-a-time";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        Duration brief = installation.seconds(4, 2);
        double model;
        try (var raw = new RawModel(TestModel.DIGITS)) {
            model = raw.runs(1, Duration.ofSeconds(1)).millis(50);
        }
        double put = installation.rawStore().puts(OUTPUT_BYTES, 1, brief).millis(50);
        double records;
        try (var broker = new RawBroker(installation.kafka().config().bootstrapServers())) {
            records = broker.roundTrips(RECORD_BYTES, 1, brief).millis(50);
        }
        List<byte[]> calls = installation.asynchronousDigits(endpoint, digits);
        Histogram told = new ConcurrentHistogram(3);
        ClosedLoop.Callers callers = _ -> new Caller(installation, endpoint, calls, told);
        ClosedLoop.run(1, Duration.ZERO, installation.seconds(6, 4), callers);
        told.reset();
        ClosedLoop.Taken taken = ClosedLoop.run(1, Duration.ZERO, installation.seconds(10, 5), callers);
        double overhead = told.getValueAtPercentile(50) / 1e6 - model;
        return List.of(new Reading(
                "asynchronous, one at a time, inline: overhead until the output can be read",
                "p50 ≤ 15 ms",
                Figure.millis("p50 until `?wait=` says completed, less the model's run", overhead),
                Figure.millis("model + PUT + record there and back", model + put + records),
                overhead <= TARGET_MILLIS,
                List.of(
                        Figure.millis("p99", told.getValueAtPercentile(99) / 1e6),
                        Figure.millis("p50 with the output read", taken.millis(50)),
                        Figure.millis("model", model),
                        Figure.millis("raw PUT", put),
                        Figure.millis("raw record there and back", records),
                        Figure.perSecond("calls", taken.perSecond())),
                List.of()));
    }

    private final class Caller implements ClosedLoop.Caller {
        private final Installation installation;
        private final String endpoint;
        private final List<byte[]> calls;
        private final Histogram told;
        private final HttpConnection api;
        private final HttpConnection store;

        Caller(Installation installation, String endpoint, List<byte[]> calls, Histogram told) throws IOException {
            this.installation = installation;
            this.endpoint = endpoint;
            this.calls = calls;
            this.told = told;
            this.api = new HttpConnection(installation.apiUri());
            this.store = new HttpConnection(installation.storeUri());
        }

        @Override
        public void call(int n) throws IOException {
            long start = System.nanoTime();
            HttpConnection.Answer answer = api.send(calls.get(n % calls.size()));
            InvocationId id = Accepted.id(answer);
            HttpConnection.Answer ended = api.send(installation.status(endpoint, id, 30));
            told.recordValue(System.nanoTime() - start);
            if (!ended.text().contains("\"Completed\"")) {
                throw new IOException("not completed: " + ended.text());
            }
            var output = ObjectLocation.parse(answer.header("X-Amzn-SageMaker-OutputLocation"));
            URI signed = installation.signer().signGet(output, "output").uri();
            Labels.expect(store.send(HttpConnection.get(signed)), digits.label(n % calls.size()));
        }

        @Override
        public void close() throws IOException {
            api.close();
            store.close();
        }
    }
}
