package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawModel;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A model of milliseconds through the real-time lane, one image per call, against ONNX Runtime on the same cores.
public final class Hires implements Measurement {
    private static final String ENDPOINT = "hires";
    /// What the peers were measured with, and what keeps the queue from running empty between two calls.
    private static final List<Integer> CONNECTIONS = List.of(4, 32);

    private static final int IMAGES = 60;
    private static final double TARGET_BINARY = 0.8;
    private static final double TARGET_JSON = 0.7;

    private final Digits digits = new Digits(TestModel.DIGITS_HIRES);

    @Override
    public String name() {
        return "hires";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        installation.kept(ENDPOINT, TestModel.DIGITS_HIRES);
        var readings = new ArrayList<Reading>();
        try (var raw = new RawModel(TestModel.DIGITS_HIRES)) {
            ClosedLoop.Taken floor = raw.runs(cores, installation.seconds(8, 4));
            String type = digits.binaryType();
            for (int connections : CONNECTIONS) {
                ClosedLoop.Taken binary = run(
                        installation, connections, row -> installation.realTime(ENDPOINT, type, digits.binary(row)));
                readings.add(reading("binary", connections, TARGET_BINARY, binary, floor));
                ClosedLoop.Taken json = run(
                        installation,
                        connections,
                        row -> installation.realTime(ENDPOINT, "application/json", digits.json(row)));
                readings.add(reading("JSON", connections, TARGET_JSON, json, floor));
                installation.progress(connections + " connections: binary " + Math.round(binary.perSecond())
                        + " per second, JSON " + Math.round(json.perSecond()));
            }
        }
        installation.remove(ENDPOINT);
        return readings;
    }

    private ClosedLoop.Taken run(Installation installation, int connections, IntFunction<byte[]> call)
            throws InterruptedException {
        List<byte[]> calls = IntStream.range(0, IMAGES).mapToObj(call).toList();
        return ClosedLoop.run(
                connections,
                installation.seconds(8, 4),
                installation.seconds(12, 5),
                index -> new RealTimeCaller(installation, digits, calls, index));
    }

    private static Reading reading(
            String format, int connections, double target, ClosedLoop.Taken taken, ClosedLoop.Taken floor) {
        return new Reading(
                "`digits-hires` through the queue, " + format + " input, real-time, " + connections + " connections",
                "≥ " + target + " × raw ONNX Runtime",
                Figure.perSecond("answers", taken.perSecond()),
                Figure.perSecond("raw ONNX Runtime on the same cores", floor.perSecond()),
                taken.perSecond() >= target * floor.perSecond(),
                List.of(
                        Figure.millis("p50", taken.millis(50)),
                        Figure.millis("p99", taken.millis(99)),
                        Figure.ownCores(taken.ownCores())),
                List.of());
    }
}
