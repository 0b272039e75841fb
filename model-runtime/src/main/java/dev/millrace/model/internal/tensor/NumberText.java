package dev.millrace.model.internal.tensor;

import tools.jackson.core.io.NumberInput;

/// Decimal numbers in text, read without making strings.
///
/// Accepts what JSON calls a number, and a leading `+`; nothing else: no hexadecimal, no `NaN`, no suffix.
/// Short numbers are one division by a power of ten, which is exact (Clinger 1990); long ones go to Jackson's
/// parser.
public final class NumberText {
    private static final int MAX_CHARACTERS = 100;
    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final long MAX_EXACT = 1L << 53;

    /// The bits of a double below a float's, and the pattern of a double half-way between two floats: there
    /// the double's own rounding may decide wrongly.
    private static final long LOW_BITS = (1L << 29) - 1;

    private static final long HALF_WAY = 1L << 28;

    private NumberText() {}

    /// The nearest float; infinite when it is out of range.
    public static float toFloat(char[] text, int offset, int length) throws RefusedException {
        double fast = fast(text, offset, length);
        if (Double.isNaN(fast) || (Double.doubleToRawLongBits(fast) & LOW_BITS) == HALF_WAY) {
            return NumberInput.parseFloat(text, offset, length, true);
        }
        return (float) fast;
    }

    /// The nearest double; infinite when it is out of range.
    public static double toDouble(char[] text, int offset, int length) throws RefusedException {
        double fast = fast(text, offset, length);
        return Double.isNaN(fast) ? NumberInput.parseDouble(text, offset, length, true) : fast;
    }

    /// The number when it is whole and fits; `1.0` and `1e3` are whole.
    public static long toLong(char[] text, int offset, int length) throws RefusedException {
        if (length <= 18) {
            long value = 0;
            int i = offset;
            boolean isNegative = length > 1 && text[offset] == '-';
            if (isNegative) {
                i++;
            }
            while (i < offset + length && isDigit(text[i])) {
                value = value * 10 + (text[i++] - '0');
            }
            if (i == offset + length && length > 0) {
                return isNegative ? -value : value;
            }
        }
        double checked = toDouble(text, offset, length);
        try {
            return new java.math.BigDecimal(text, offset, length).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw RefusedException.badInput(quote(text, offset, length)
                    + (checked == Math.rint(checked) ? " is out of range" : " is not a whole number"));
        }
    }

    /// The value when it can be computed exactly, else NaN; the syntax is checked either way.
    private static double fast(char[] text, int offset, int length) throws RefusedException {
        if (length > MAX_CHARACTERS) {
            throw RefusedException.badInput("a number of more than " + MAX_CHARACTERS + " characters");
        }
        int end = offset + length;
        int i = offset;
        boolean isNegative = i < end && text[i] == '-';
        if (i < end && (text[i] == '-' || text[i] == '+')) {
            i++;
        }
        long digits = 0;
        int first = i;
        int significant = 0;
        while (i < end && isDigit(text[i])) {
            digits = digits * 10 + (text[i++] - '0');
            significant += digits == 0 ? 0 : 1;
        }
        int count = i - first;
        int exponent = 0;
        if (i < end && text[i] == '.') {
            int point = ++i;
            while (i < end && isDigit(text[i])) {
                digits = digits * 10 + (text[i++] - '0');
                significant += digits == 0 ? 0 : 1;
            }
            exponent = point - i;
            count += i - point;
        }
        if (count == 0) {
            throw notANumber(text, offset, length);
        }
        if (i < end && (text[i] == 'e' || text[i] == 'E')) {
            int mark = ++i;
            boolean isSmall = i < end && text[i] == '-';
            if (i < end && (text[i] == '-' || text[i] == '+')) {
                mark = ++i;
            }
            int power = 0;
            while (i < end && isDigit(text[i])) {
                power = Math.min(power * 10 + (text[i++] - '0'), 1_000_000);
            }
            if (i == mark) {
                throw notANumber(text, offset, length);
            }
            exponent += isSmall ? -power : power;
        }
        if (i != end) {
            throw notANumber(text, offset, length);
        }
        if (significant > 18 || digits > MAX_EXACT || Math.abs(exponent) >= POWERS_OF_TEN.length) {
            return Double.NaN;
        }
        double value = exponent < 0 ? digits / POWERS_OF_TEN[-exponent] : digits * POWERS_OF_TEN[exponent];
        return isNegative ? -value : value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static RefusedException notANumber(char[] text, int offset, int length) {
        return RefusedException.badInput(quote(text, offset, length) + " is not a number");
    }

    private static String quote(char[] text, int offset, int length) {
        String shown = new String(text, offset, Math.min(length, 40)).replaceAll("\\p{Cntrl}", "?");
        return "'" + shown + (length > 40 ? "…" : "") + "'";
    }
}
