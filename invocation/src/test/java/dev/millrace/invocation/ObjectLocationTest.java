package dev.millrace.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Locations name one object each, in one form only.
class ObjectLocationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bkt/a",
                "s3://bkt/a/b/c.json",
                "s3://my.bucket-1/größe/数字 😀.npy",
                "s3://bkt/a b+c%2Fd?e=f#g",
                "s3://bkt/...",
                "s3://bkt/.hidden"
            })
    void isReadAndWrittenInOneForm(String uri) {
        ObjectLocation location = ObjectLocation.parse(uri);

        assertThat(location.uri()).isEqualTo(uri);
        assertThat(location).hasToString(uri).isEqualTo(ObjectLocation.parse(uri));
        assertThat(new ObjectLocation(location.bucket(), location.key())).isEqualTo(location);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "",
                "s3://",
                "s3://bkt",
                "s3://bkt/",
                "s3:///a",
                "s3://bkt//a",
                "s3://bkt/a/",
                "s3://bkt/a//b",
                "s3://bkt/./a",
                "s3://bkt/a/..",
                "s3://bkt/../other/a",
                "s3://bkt/a/../../b",
                "s3://BKT/a",
                "s3://b_t/a",
                "s3://user@bkt/a",
                "s3://bkt:443/a",
                "S3://bkt/a",
                "s3:/bkt/a",
                "https://bkt/a",
                "file:///etc/passwd",
                " s3://bkt/a",
                "s3://bkt/a\\b",
                "s3://bkt/a\r\nX-Injected: 1",
                "s3://bkt/a\u0000",
                "s3://bkt/a\u0085",
                "s3://bkt/\ud800",
                "s3://bkt/" + "a".repeat(1_025),
                "s3://bkt/" + "ä".repeat(513));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesWhatCouldNameAnotherObjectOrNone(String uri) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> ObjectLocation.parse(uri))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(e.text()).doesNotContain("\n", "Injected");
                });
    }

    @Test
    void takesKeysUpToS3sLimitInBytes() {
        assertThat(ObjectLocation.parse("s3://bkt/" + "a".repeat(1_024)).key()).hasSize(1_024);
        assertThat(ObjectLocation.parse("s3://bkt/" + "ä".repeat(512)).key()).hasSize(512);
    }

    @Test
    void neverLeadsOutOfItsBucketAndNeverFailsOtherwiseThanBySayingSo() {
        var random = new Random(5);
        int good = 0;
        for (int round = 0; round < 10_000; round++) {
            String uri = (random.nextInt(10) == 0 ? "" : "s3://bkt/") + AnyText.anything(random, 40);
            try {
                ObjectLocation location = ObjectLocation.parse(uri);
                good++;
                assertThat(location.uri()).isEqualTo(uri);
                assertThat(List.of(location.key().split("/", -1))).doesNotContain("", ".", "..");
            } catch (PlatformException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            }
        }
        assertThat(good).as("texts that were locations").isPositive();
    }

    @Test
    void resolvesNamesBelowItself() {
        ObjectLocation prefix = ObjectLocation.parse("s3://bkt/out");

        assertThat(prefix.resolve("a.out").uri()).isEqualTo("s3://bkt/out/a.out");
        assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> prefix.resolve("../a.out"));
    }

    @Test
    void keepsClientTextOutOfThePlatformsOwnKeys() {
        var objects = new PlatformObjects(new BucketName("millrace"));
        var endpoint = new EndpointName("digits");
        var random = new Random(9);

        for (int round = 0; round < 1_000; round++) {
            String key = AnyText.anything(random, 300);
            ObjectLocation claim = objects.claim(endpoint, key);
            assertThat(claim.key()).matches("claims/digits/[0-9a-f]{64}");
            assertThat(claim).isEqualTo(objects.claim(endpoint, key)).isNotEqualTo(objects.claim(endpoint, key + " "));
        }
        assertThat(objects.claim(new EndpointName("a"), "b")).isNotEqualTo(objects.claim(new EndpointName("a-b"), ""));
    }
}
