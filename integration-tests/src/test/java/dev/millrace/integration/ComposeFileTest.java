package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the compose file sets exists: its settings are on the page that is checked against the code, and its build
/// files are in the repository.
class ComposeFileTest {
    private static final Pattern SETTING = Pattern.compile("\\bMILLRACE_[A-Z0-9_]+");
    private static final Pattern DOCKERFILE = Pattern.compile("dockerfile: (\\S+)");

    @Test
    void namesOnlySettingsThatTheProcessesRead() throws IOException {
        Set<String> used = found(SETTING, "docker-compose.yml");

        assertThat(used).hasSizeGreaterThan(5);
        assertThat(found(SETTING, "docs/reference/configuration.md")).containsAll(used);
    }

    @Test
    void buildsFromFilesThatExist() throws IOException {
        assertThat(found(DOCKERFILE, "docker-compose.yml"))
                .hasSize(3)
                .allMatch(file -> Files.exists(Modules.root().resolve(file))
                        || Files.exists(Modules.root().resolve("deploy/docker").resolve(file)));
    }

    private static Set<String> found(Pattern pattern, String file) throws IOException {
        return pattern.matcher(Files.readString(Modules.root().resolve(file)))
                .results()
                .map((MatchResult match) -> match.groupCount() > 0 ? match.group(1) : match.group())
                .collect(Collectors.toSet());
    }
}
