package dev.millrace.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ids are UUIDs of version 7 in one text form.
class InvocationIdTest {
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00.123Z");

    @Test
    void areOfVersion7AndCarryTheirTime() {
        var random = new Random(1);
        for (int round = 0; round < 1_000; round++) {
            InvocationId id = InvocationId.create(() -> AT, random);
            assertThat(id.value().version()).isEqualTo(7);
            assertThat(id.value().variant()).isEqualTo(2);
            assertThat(id.timestamp()).isEqualTo(AT);
            assertThat(InvocationId.parse(id.toString())).isEqualTo(id);
        }
    }

    @Test
    void differWithinOneMillisecond() {
        var random = new Random(2);

        assertThat(IntStream.range(0, 10_000).mapToObj(_ -> InvocationId.create(() -> AT, random)))
                .doesNotHaveDuplicates();
    }

    @Test
    void sortByTimeAsTextAndAsValues() {
        var random = new Random(3);
        List<InvocationId> ids = new ArrayList<>();
        for (int millis = 0; millis < 2_000; millis++) {
            Instant at = AT.plusMillis(millis * 37L);
            ids.add(InvocationId.create(() -> at, random));
        }

        assertThat(ids).isSorted();
        assertThat(ids.stream().map(InvocationId::toString)).isSorted();
    }

    @Test
    void areDerivedFromANameTheSameEachTime() {
        InvocationId id = InvocationId.derived("topic/3/42", AT);

        assertThat(InvocationId.derived("topic/3/42", AT)).isEqualTo(id);
        assertThat(InvocationId.derived("topic/3/43", AT)).isNotEqualTo(id);
        assertThat(id.timestamp()).isEqualTo(AT);
        assertThat(id.value().version()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "01A1FE7C-06A8-7565-89F8-B4E25DCA399E",
                "01a1fe7c06a8756589f8b4e25dca399e",
                "{01a1fe7c-06a8-7565-89f8-b4e25dca399e}",
                " 01a1fe7c-06a8-7565-89f8-b4e25dca399e",
                "01a1fe7c-06a8-7565-89f8-b4e25dca399g",
                "01a1fe7c-06a8-7565-89f8-b4e25dca39-e",
                "../../../../../../../../etc/passwd01",
                "+1a1fe7c-06a8-7565-89f8-b4e25dca399e"
            })
    void areReadInTheirOneFormOnly(String text) {
        assertThat(InvocationId.find(text)).isEmpty();
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> InvocationId.parse(text))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @Test
    void areNeverReadFromAnythingElse() {
        var random = new Random(4);
        for (int round = 0; round < 20_000; round++) {
            String text = AnyText.of("0123456789abcdefABCDEF-", random, 37);
            InvocationId.find(text).ifPresent(id -> assertThat(id).hasToString(text));
        }
    }
}
