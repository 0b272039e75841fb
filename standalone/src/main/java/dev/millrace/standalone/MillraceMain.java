package dev.millrace.standalone;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `millrace` command line.
///
/// Exit status: 0 well, 1 failed, 2 wrong usage or a machine that must be changed first, 6 a time-out, 130
/// interrupted.
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        version = "millrace 0.1.0-SNAPSHOT",
        description = "SageMaker-compatible, event-driven inference on your own machines.",
        subcommands = {DemoCommand.class, UpCommand.class, EnvCommand.class, KeysCommand.class},
        footer = {"", "The launcher also knows: millrace build (package without tests), millrace test (run every test)."
        })
public final class MillraceMain implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private MillraceMain() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /// Sends the log of this process to a file, so that the terminal is the user's: before anything is
    /// logged.
    static void logTo(Path file) {
        System.setProperty("logback.configurationFile", "all-in-one-logback.xml");
        System.setProperty("millrace.log", file.toString());
    }

    static CommandLine commandLine() {
        return new CommandLine(new MillraceMain()).setExecutionExceptionHandler((failure, command, _) -> {
            if (failure instanceof UsageException) {
                command.getErr().println("millrace: " + failure.getMessage());
                return 2;
            }
            throw failure;
        });
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
