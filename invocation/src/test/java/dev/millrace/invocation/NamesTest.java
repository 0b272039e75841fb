package dev.millrace.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Names and ids take what their grammar says and nothing else, whatever the text.
class NamesTest {
    /// A type of name, with its grammar written down a second time.
    record Kind(String label, Function<String, Object> parse, Pattern grammar, int maxLength) {
        boolean isGood(String text) {
            return text.length() <= maxLength && grammar.matcher(text).matches();
        }

        @Override
        public String toString() {
            return label;
        }
    }

    static List<Kind> kinds() {
        Pattern resource = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?");
        return List.of(
                new Kind("endpoint", EndpointName::new, resource, 63),
                new Kind("variant", VariantName::new, resource, 63),
                new Kind("generation", GenerationId::new, Pattern.compile("[a-z0-9]+"), 16),
                new Kind("inference id", InferenceId::new, Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]*"), 64));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void takesExactlyItsGrammar(Kind kind) {
        var random = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            check(kind, AnyText.anything(random, 80));
            check(kind, AnyText.of("aZ09-", random, 70));
        }
    }

    static Stream<Arguments> edges() {
        return kinds().stream()
                .flatMap(kind -> Stream.of(
                                "",
                                "-",
                                "a-",
                                "-a",
                                "a--b",
                                "a.b",
                                "a_b",
                                "a/b",
                                "a b",
                                " a",
                                "a ",
                                "a\n",
                                "\na",
                                "a\0",
                                "ä",
                                "\uff41",
                                "..",
                                "a".repeat(16),
                                "a".repeat(17),
                                "a".repeat(63),
                                "a".repeat(64),
                                "a".repeat(65),
                                "a".repeat(100_000),
                                "-".repeat(100_000))
                        .map(text -> Arguments.of(kind, text)));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void takesExactlyItsGrammarAtTheEdges(Kind kind, String text) {
        check(kind, text);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void decidesQuicklyWhateverTheText(Kind kind) {
        List<String> slow = List.of(
                "a" + "-".repeat(61) + "!", "a-".repeat(31) + "!", "a".repeat(62) + "!", "-a".repeat(1_000_000));

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> slow.forEach(text -> check(kind, text)));
    }

    @Test
    void neverRepeatsTheTextInTheMessage() {
        String hostile = "\r\nX-Injected: <script>";

        for (Kind kind : kinds()) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> kind.parse().apply(hostile))
                    .satisfies(e -> assertThat(e.text()).doesNotContain("Injected", "\n"));
        }
    }

    @ParameterizedTest
    @MethodSource("goodBuckets")
    void takesBucketNamesOfS3(String name) {
        assertThat(new BucketName(name)).hasToString(name);
    }

    static Stream<String> goodBuckets() {
        return Stream.of("abc", "a-b", "a.b", "my-bucket.2026", "0ab", "a".repeat(63), "1.2.3", "a--b");
    }

    @ParameterizedTest
    @MethodSource("badBuckets")
    void refusesOtherBucketNames(String name) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> new BucketName(name))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    static Stream<String> badBuckets() {
        return Stream.of(
                "",
                "ab",
                "Abc",
                "a_b",
                "a..b",
                ".ab",
                "ab.",
                "-ab",
                "ab-",
                "192.168.0.1",
                "xn--abc",
                "a/b",
                "a b",
                "a\nb",
                "äbc",
                "a".repeat(64),
                "..",
                "a\0b");
    }

    private static void check(Kind kind, String text) {
        if (kind.isGood(text)) {
            assertThat(kind.parse().apply(text)).hasToString(text);
        } else {
            assertThatExceptionOfType(PlatformException.class)
                    .as(text)
                    .isThrownBy(() -> kind.parse().apply(text))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
        }
    }
}
