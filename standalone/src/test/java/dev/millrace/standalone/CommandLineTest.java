package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The command line tells its users what it takes, and one line of what they must change.
class CommandLineTest {
    private static final int WRONG_USAGE = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "up", "env"})
    void explainsEveryCommand(String command) {
        String[] arguments = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};

        assertThat(execute(arguments)).isZero();
        assertThat(out.toString()).startsWith("Usage: millrace " + command);
    }

    @Test
    void namesEveryCommandInItsHelp() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("demo", "up", "env", "millrace build", "millrace test");
    }

    @Test
    void saysItsVersion() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("millrace ");
    }

    @Test
    void asksForACommand() {
        assertThat(execute()).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).contains("which command?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upp",
                "up --prot 8081",
                "up --port eighty",
                "up --port",
                "env --timeout soon",
                "demo --port 1",
                "up extra"
            })
    void refusesWhatItDoesNotKnow(String line) {
        assertThat(execute(line.split(" "))).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 70_000})
    void refusesAPortThatIsNone(int port) {
        int status = execute("up", "--data", folder.resolve("data").toString(), "--port", Integer.toString(port));

        assertThat(status).isEqualTo(WRONG_USAGE);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("millrace: --port " + port + " is no port: give one from 1 to 65535");
    }

    @Test
    void saysWhichSettingsFileCannotBeRead() {
        Path missing = folder.resolve("missing.properties");

        int status = execute("up", "--data", folder.toString(), "--config", missing.toString());

        assertThat(status).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).startsWith("millrace: --config: " + missing).doesNotContain("\tat ");
    }

    @Test
    void waitsForAnAllInOneNoLongerThanToldAndSaysHowToStartOne() {
        int status = execute("env", "--data", folder.toString(), "--timeout", "0");

        assertThat(status).isEqualTo(6);
    }

    private int execute(String... arguments) {
        CommandLine commandLine = MillraceMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
