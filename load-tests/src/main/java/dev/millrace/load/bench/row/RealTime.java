package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawBroker;
import dev.millrace.load.floor.RawModel;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Real-time digits in JSON, against records that a program sends back, as many at a time.
public final class RealTime implements Measurement {
    private static final double TARGET_MILLIS = 3;
    private static final double TARGET_RATE = 4000;
    private static final int RECORD_BYTES = 1024;
    private static final int MANY = 32;

    private final String name;
    private final int connections;
    private final Digits digits = new Digits(TestModel.DIGITS);

    private RealTime(String name, int connections) {
        this.name = name;
        this.connections = connections;
    }

    /// How long one connection waits.
    public static RealTime latency() {
        return new RealTime("real-time-latency", 1);
    }

    /// How many answers 32 connections get.
    public static RealTime rate() {
        return new RealTime("real-time-rate", MANY);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        Duration brief = installation.seconds(5, 3);
        double model;
        double modelRate;
        try (var raw = new RawModel(TestModel.DIGITS)) {
            ClosedLoop.Taken runs = raw.runs(1, Duration.ofSeconds(1));
            model = runs.millis(50);
            modelRate = runs.perSecond();
        }
        ClosedLoop.Taken records;
        try (var broker = new RawBroker(installation.kafka().config().bootstrapServers())) {
            records = broker.roundTrips(RECORD_BYTES, connections, brief);
        }
        List<byte[]> calls = IntStream.range(0, digits.count())
                .mapToObj(row -> installation.realTime(endpoint, "application/json", digits.json(row)))
                .toList();
        ClosedLoop.Taken taken = ClosedLoop.run(
                connections,
                installation.seconds(15, 8),
                installation.seconds(15, 6),
                index -> new RealTimeCaller(installation, digits, calls, index));
        return List.of(connections == 1 ? latency(taken, records, model) : rate(taken, records, modelRate));
    }

    private static Reading latency(ClosedLoop.Taken taken, ClosedLoop.Taken records, double model) {
        double overhead = taken.millis(50) - model;
        return new Reading(
                "real-time, digits, one connection: overhead",
                "p50 ≤ 3 ms",
                Figure.millis("p50 less the model's run", overhead),
                Figure.millis("raw record there and back", records.millis(50)),
                overhead <= TARGET_MILLIS,
                List.of(
                        Figure.millis("p99", taken.millis(99)),
                        Figure.millis("model", model),
                        Figure.millis("raw record p99", records.millis(99)),
                        Figure.perSecond("calls", taken.perSecond()),
                        Figure.ownCores(taken.ownCores())),
                List.of());
    }

    private static Reading rate(ClosedLoop.Taken taken, ClosedLoop.Taken records, double modelRate) {
        return new Reading(
                "real-time, digits, 32 connections",
                "≥ 4,000/s",
                Figure.perSecond("answers", taken.perSecond()),
                Figure.perSecond("raw records there and back", records.perSecond()),
                taken.perSecond() >= TARGET_RATE,
                List.of(
                        Figure.millis("p50", taken.millis(50)),
                        Figure.millis("p99", taken.millis(99)),
                        Figure.perSecond("model alone on one core", modelRate),
                        Figure.ownCores(taken.ownCores())),
                List.of());
    }
}
