package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controller.ControllerMain;
import dev.millrace.gateway.GatewayMain;
import dev.millrace.notifier.NotifierMain;
import dev.millrace.worker.host.WorkerHostMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/reference/configuration.md` says what the processes' own `--help` says; with the system property
/// `millrace.write-docs` the test writes the page in place of comparing it.
class ConfigurationPageTest {
    private static final Pattern SETTING =
            Pattern.compile("^ {2}(\\S+) = (.*) {3}\\((MILLRACE_\\w+)\\)$", Pattern.MULTILINE);
    /// Their defaults are the machine's own.
    private static final Set<String> OF_THE_MACHINE =
            Set.of("host.max-workers", "host.memory-mb", "host.gpus", "host.worker-classpath", "host.data");

    private static final Path PAGE = Path.of(System.getProperty("millrace.root"), "docs/reference/configuration.md");

    @Test
    void thePageListsEverySettingWithItsDefault() throws IOException {
        Map<String, Consumer<String[]>> processes = new LinkedHashMap<>();
        processes.put("gateway", GatewayMain::main);
        processes.put("controller", ControllerMain::main);
        processes.put("notifier", NotifierMain::main);
        processes.put("worker host", WorkerHostMain::main);
        Map<String, String> rows = new TreeMap<>();
        Map<String, String> users = new TreeMap<>();
        processes.forEach((name, main) -> {
            Matcher setting = SETTING.matcher(helpOf(main));
            while (setting.find()) {
                users.merge(setting.group(1), name, (before, more) -> before + ", " + more);
                String value = setting.group(1).equals("management.port")
                        ? "of the process"
                        : OF_THE_MACHINE.contains(setting.group(1)) ? "of the machine" : "`" + setting.group(2) + "`";
                rows.putIfAbsent(setting.group(1), value + " | `" + setting.group(3) + "`");
            }
        });
        var page = new StringBuilder("""
                # Settings

                Each process reads a file of `key=value` lines (`--config FILE`) and its environment, which wins. A key that
                no process knows stops the start, with the nearest known one named. The all-in-one (`./millrace up`) takes
                the same keys for all of its parts and sets the connections and ports itself.

                An empty default means: not set. Durations are written like `5s` or `PT5S`, sizes like `64MB`.

                | setting | default | environment | read by |
                |---|---|---|---|
                """);
        rows.forEach((key, row) -> page.append("| `")
                .append(key)
                .append("` | ")
                .append(row.replace("``", " "))
                .append(" | ")
                .append(users.get(key))
                .append(" |\n"));

        if (Boolean.getBoolean("millrace.write-docs")) {
            Files.writeString(PAGE, page);
        }

        assertThat(rows).hasSizeGreaterThan(40);
        assertThat(PAGE).hasContent(page.toString());
    }

    private static String helpOf(Consumer<String[]> main) {
        PrintStream out = System.out;
        var captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            main.accept(new String[] {"--help"});
        } finally {
            System.setOut(out);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }
}
