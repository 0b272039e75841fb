package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawProcess;
import dev.millrace.load.harness.Memory;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What the all-in-one keeps in memory when nothing was asked of it yet, against as many JVMs that do nothing.
public final class IdleMemory implements Measurement {
    private static final double LIMIT = 500e6;

    @Override
    public String name() {
        return "idle-memory";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        Wait.pause(installation.seconds(15, 5));
        List<ProcessHandle> processes = installation.processes();
        var details = new ArrayList<Figure>();
        long resident = 0;
        long proportional = 0;
        for (ProcessHandle process : processes) {
            long bytes = Memory.residentBytes(process.pid());
            resident += bytes;
            proportional += Memory.proportionalBytes(process.pid());
            details.add(Figure.megabytes(mainClass(process), bytes));
        }
        details.add(Figure.megabytes("shared pages counted once", proportional));
        long floor = processes.size() * new RawProcess(installation.folder(), TestModel.DIGITS.model()).idleBytes();
        return List.of(new Reading(
                "all-in-one idle, resident in total",
                "≤ 500 MB",
                Figure.megabytes("resident", resident),
                Figure.megabytes(processes.size() + " JVMs that do nothing", floor),
                resident <= LIMIT,
                details,
                List.of()));
    }

    private static String mainClass(ProcessHandle process) throws IOException {
        List<String> line = ProcessTree.commandLine(process);
        int classPath = line.indexOf("-cp");
        String main = line.get(classPath < 0 ? 0 : classPath + 2);
        return main.substring(main.lastIndexOf('.') + 1);
    }
}
