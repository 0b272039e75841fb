package dev.millrace.load.bench;

import dev.millrace.load.bench.row.Accept;
import dev.millrace.load.bench.row.AsynchronousRate;
import dev.millrace.load.bench.row.BesideBacklog;
import dev.millrace.load.bench.row.ColdStart;
import dev.millrace.load.bench.row.ControlPlane;
import dev.millrace.load.bench.row.GatewayMemory;
import dev.millrace.load.bench.row.Gigabyte;
import dev.millrace.load.bench.row.Hires;
import dev.millrace.load.bench.row.IdleMemory;
import dev.millrace.load.bench.row.ManyEndpoints;
import dev.millrace.load.bench.row.OneAtATime;
import dev.millrace.load.bench.row.RealTime;
import dev.millrace.load.bench.row.SignedCalls;
import dev.millrace.load.bench.row.Upload;
import dev.millrace.testkit.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace bench`: what Millrace takes, beside what the same work takes without it.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a system of real processes on this machine, each number beside its floor, taken in the same run.",
            "Exit status 1 when an answer was wrong or something was lost; slowness is reported only."
        })
public final class BenchMain implements Callable<Integer> {
    @Option(
            names = "--only",
            paramLabel = "ROW",
            split = ",",
            description = "rows to measure, such as accept,real-time-rate (default: all)")
    private String[] only = {};

    @Option(names = "--short", description = "fewer, shorter and smaller measurements")
    private boolean isShort;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "write the table into a page of documentation, between its markers")
    private @Nullable Path report;

    @Option(names = "--data", paramLabel = "DIR", description = "keep data and logs there (default: nowhere)")
    private @Nullable Path data;

    private BenchMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchMain()).execute(arguments));
    }

    /// In this order: the first ones want a system that nothing was asked of.
    private static List<Measurement> all() {
        return List.of(
                new IdleMemory(),
                new ColdStart(),
                new Accept(),
                new OneAtATime(),
                RealTime.latency(),
                RealTime.rate(),
                new SignedCalls(),
                new ControlPlane(),
                new AsynchronousRate(),
                new BesideBacklog(),
                new Hires(),
                new Upload(),
                new Gigabyte(),
                new GatewayMemory(),
                new ManyEndpoints());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Measurement> chosen = chosen();
        var machine = new Machine();
        List<Reading> readings;
        if (data == null) {
            try (var scratch = new ScratchFolder("bench")) {
                readings = measure(chosen, scratch.path());
            }
        } else {
            readings = measure(chosen, Files.createDirectories(data));
        }
        System.out.println(machine.line());
        if (report != null) {
            BenchReport.write(report, machine.line(), readings);
        }
        return readings.stream().allMatch(Reading::isRight) ? 0 : 1;
    }

    private List<Reading> measure(List<Measurement> chosen, Path folder) throws IOException, InterruptedException {
        var readings = new ArrayList<Reading>();
        System.out.println("Starting the all-in-one");
        try (var installation = new Installation(folder, isShort, BenchMain::say)) {
            for (Measurement measurement : chosen) {
                long start = System.nanoTime();
                System.out.println("» " + measurement.name());
                List<Reading> taken = take(measurement, installation);
                taken.forEach(reading -> System.out.println(BenchReport.line(reading)));
                System.out.printf("  (%.0f s)%n", (System.nanoTime() - start) / 1e9);
                readings.addAll(taken);
            }
        }
        return readings;
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static List<Reading> take(Measurement measurement, Installation installation) throws InterruptedException {
        try {
            return measurement.take(installation);
        } catch (IOException | RuntimeException e) {
            return List.of(Reading.brokenOff(measurement.name(), e));
        }
    }

    private List<Measurement> chosen() {
        List<String> known = all().stream().map(Measurement::name).toList();
        for (String name : only) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("--only: " + name + " (expected: some of " + known + ")");
            }
        }
        return all().stream()
                .filter(each -> only.length == 0 || Stream.of(only).anyMatch(each.name()::equals))
                .toList();
    }
}
