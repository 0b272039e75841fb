package dev.millrace.invocation;

import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Texts for tests that hold for all of them.
public final class AnyText {
    private static final String NASTY =
            "\u0000\t\r\n \u007f\u0085\u00a0\u200b\u202e\u2028\ufeff\"'\\/%?#&=;:,.-_~<>{}[]()|^`*$";

    private AnyText() {}

    /// Any characters, those that break things more often than others; whole code points.
    public static String anything(RandomGenerator random, int maxLength) {
        return IntStream.generate(() -> point(random))
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .limit(random.nextInt(maxLength + 1))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    /// At least one character out of those.
    public static String of(String characters, RandomGenerator random, int maxLength) {
        return IntStream.range(0, 1 + random.nextInt(maxLength))
                .mapToObj(_ -> String.valueOf(characters.charAt(random.nextInt(characters.length()))))
                .collect(Collectors.joining());
    }

    private static int point(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> NASTY.charAt(random.nextInt(NASTY.length()));
            case 1 -> random.nextInt(0x110000);
            default -> 0x20 + random.nextInt(0x5f);
        };
    }
}
