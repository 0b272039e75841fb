package dev.millrace.model.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.model.Digits;
import dev.millrace.model.internal.tensor.RefusedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every mutation of a good request is taken or refused: nothing else may come of it.
class MutationTest {
    private static final int MUTATIONS = 30_000;
    private static final float[] SIX = {1, 2.5f, -3, 4e-3f, 5, 6};

    static Stream<Arguments> goodRequests() {
        List<float[]> rows = List.of(SIX, SIX);
        byte[] header = Digits.binaryHeader("x", List.of(2, 3), 2, 48);
        return Stream.of(
                Arguments.of("application/json", Digits.json("x", List.of(2, 3), rows)),
                Arguments.of("application/json", Digits.plain("{\"instances\":", rows, "}")),
                Arguments.of("application/x-npy", Digits.npy(List.of(2, 3), rows)),
                Arguments.of("text/csv", Digits.csv(rows)),
                Arguments.of(Digits.binaryType(header), Digits.concat(header, Digits.floats(rows))));
    }

    @ParameterizedTest
    @MethodSource("goodRequests")
    void isTakenOrRefused(String contentType, byte[] good) {
        var random = new Random(7);
        int taken = Assertions.assertTimeout(Duration.ofMinutes(2), () -> {
            int count = 0;
            try (Decoding decoding = Decoding.sixFloats()) {
                decoding.read(good, contentType);
                for (int i = 0; i < MUTATIONS; i++) {
                    count += isTaken(decoding, mutated(good, random), contentType) ? 1 : 0;
                }
            }
            return count;
        });

        assertThat(taken).isBetween(1, MUTATIONS - 1);
    }

    private static boolean isTaken(Decoding decoding, byte[] body, String contentType) {
        try {
            decoding.read(body, contentType);
            return true;
        } catch (RefusedException e) {
            assertThat(e.statusCode()).isBetween(400, 499);
            return false;
        }
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] body = good.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(5)) {
                case 0 -> body[at] = (byte) random.nextInt();
                case 1 -> body[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> body = Arrays.copyOf(body, Math.max(1, at));
                case 3 -> {
                    byte[] longer = Arrays.copyOf(body, body.length + 1);
                    System.arraycopy(body, at, longer, at + 1, body.length - at);
                    longer[at] = (byte) "0123456789[]{}\",:-eE.\n()'".charAt(random.nextInt(25));
                    body = longer;
                }
                default -> {
                    int from = random.nextInt(body.length);
                    int length = Math.min(random.nextInt(20), body.length - Math.max(at, from));
                    System.arraycopy(body.clone(), from, body, at, length);
                }
            }
        }
        return body;
    }
}
