package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.AllInOneProcess.Finished;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.ApiClient.RefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `millrace keys` and `millrace up`, as an administrator uses them.
class KeysIT {
    private static final Pattern LINE = Pattern.compile("export ([A-Z_]+)='(.*)'");

    @Test
    void makesAKeyThatWorksUntilItIsRevoked(@TempDir Path folder) throws Exception {
        try (var up = new AllInOneProcess(folder.resolve("data"))) {
            Map<String, String> administrator = up.start();
            assertThat(up.said())
                    .contains("shown this once")
                    .contains(administrator.getOrDefault("AWS_SECRET_ACCESS_KEY", "none"));

            Finished made = AllInOneProcess.runAs(
                    administrator, "keys", "create", "--role", "reader", "--description", "the auditor");
            Map<String, String> auditor = exported(made.output());
            String id = auditor.getOrDefault("AWS_ACCESS_KEY_ID", "none");
            assertThat(made.status()).as(made.output()).isZero();
            assertThat(AllInOneProcess.runAs(administrator, "keys", "list").output())
                    .contains(id)
                    .contains("the auditor")
                    .doesNotContain(auditor.getOrDefault("AWS_SECRET_ACCESS_KEY", "none"));

            try (var api =
                    new ApiClient(AllInOneProcess.api(administrator), auditor.getOrDefault("MILLRACE_TOKEN", "none"))) {
                assertThat(api.sageMaker("ListModels", Map.of()).has("Models")).isTrue();
                assertThatThrownBy(() -> api.sageMaker("DeleteModel", Map.of("ModelName", "any")))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("AccessDeniedException");

                assertThat(AllInOneProcess.runAs(administrator, "keys", "revoke", id)
                                .status())
                        .isZero();
                assertThatThrownBy(() -> api.sageMaker("ListModels", Map.of()))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("MissingAuthenticationTokenException");
            }
            up.signal("INT");
        }
        try (var again = new AllInOneProcess(folder.resolve("data"))) {
            again.start();
            assertThat(again.said()).containsOnlyOnce("shown this once");
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertThat(AllInOneProcess.run("keys", "list").output()).contains("AWS_ENDPOINT_URL is not set");
        Finished nobody = AllInOneProcess.runAs(
                Map.of(
                        "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
                        "AWS_ACCESS_KEY_ID", "AKIA",
                        "AWS_SECRET_ACCESS_KEY", "secret"),
                "keys",
                "list");
        assertThat(nobody.status()).isEqualTo(2);
        assertThat(nobody.output()).contains("no gateway answers").doesNotContain("\tat ");
    }

    private static Map<String, String> exported(String text) {
        var variables = new HashMap<String, String>();
        text.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                variables.put(matcher.group(1), matcher.group(2));
            }
        });
        return variables;
    }
}
