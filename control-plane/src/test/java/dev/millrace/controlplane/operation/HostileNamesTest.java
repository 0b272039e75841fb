package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.controlplane.shape.Shape;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// No text that gets through as a name leads anywhere but to one document below `resources/`.
class HostileNamesTest {
    private static final int TRIES = 100_000;
    private static final Pattern SAFE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");
    private static final Path ROOT = Path.of("/data/millrace/resources");
    private static final Map<String, Shape.Structure> NAMES = Map.of(
            "ModelName", ModelShapes.DESCRIBE,
            "EndpointConfigName", EndpointConfigShapes.DESCRIBE,
            "EndpointName", EndpointShapes.DESCRIBE);
    private static final List<String> PIECES = List.of(
            "..",
            "/",
            "\\",
            ".",
            "-",
            "a",
            "Z",
            "9",
            "%2f",
            "%252e",
            "\u0000",
            "\n",
            " ",
            "~",
            ":",
            "\u202e",
            "e\u0301",
            "é",
            "ａ",
            "\uD83D\uDE00",
            "\uD800",
            "CON",
            "NUL",
            "*",
            "?",
            "$",
            "'",
            "\"",
            "<",
            "|",
            "\u2028",
            "aa-bb",
            "x");

    private final RequestReader reader = new RequestReader(Fixture.CONFIG.platformBucket());
    private final PlatformObjects objects = new PlatformObjects(Fixture.CONFIG.platformBucket());

    @ParameterizedTest
    @ValueSource(strings = {"ModelName", "EndpointConfigName", "EndpointName"})
    void staysBelowTheRootForRandomNames(String member) {
        var random = new Random(member.hashCode());
        int accepted = 0;
        for (int i = 0; i < TRIES; i++) {
            String name = random(random);
            if (isAccepted(member, name)) {
                accepted++;
                assertThat(name).matches(SAFE);
                String key = objects.resource("kind", name).key();
                Path document = ROOT.resolveSibling(key).normalize();
                assertThat(document.startsWith(ROOT) && document.endsWith(name + ".json"))
                        .isTrue();
            }
        }
        assertThat(accepted).isPositive();
    }

    @Test
    void refusesEveryKnownTrick() {
        for (String name : List.of(
                "..",
                "../a",
                "..%2fa",
                "%252e%252e",
                "..\\a",
                "/etc",
                "a//b",
                "a.",
                "a ",
                " a",
                "a\u0000",
                "a\n",
                "é",
                "e\u0301",
                "\u202Ea",
                "a/b",
                "a?b",
                "a#b",
                "a".repeat(64),
                "a".repeat(1025),
                "-".repeat(63),
                "")) {
            for (String member : NAMES.keySet()) {
                assertThat(isAccepted(member, name)).as(member + " " + name).isFalse();
            }
        }
    }

    @Test
    void answersAtOnceForNamesMadeToSlowAMatcherDown() {
        String slow = "a-".repeat(250_000) + "!";
        for (String member : NAMES.keySet()) {
            assertThat(isAccepted(member, slow)).isFalse();
            assertThat(isAccepted(member, "-".repeat(62) + "!")).isFalse();
        }
    }

    private boolean isAccepted(String member, String name) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put(member, name);
        try {
            reader.read(Objects.requireNonNull(NAMES.get(member)), request);
            return true;
        } catch (PlatformException _) {
            return false;
        }
    }

    private static String random(Random random) {
        var text = new StringBuilder();
        int pieces = 1 + random.nextInt(6);
        for (int i = 0; i < pieces; i++) {
            text.append(
                    random.nextInt(3) == 0
                            ? Character.toString(random.nextInt(0x80))
                            : PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
