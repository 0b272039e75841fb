package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the Python dictionary of an NPY header: exactly the three keys that NumPy writes, in any order.
final class NpyDictionary {
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean isFortran;
    private @Nullable Shape shape;

    NpyDictionary(String text) {
        this.text = text;
    }

    NpyHeader header(int bytes) throws RefusedException {
        expect('{');
        while (!accept('}')) {
            String key = quoted();
            expect(':');
            switch (key) {
                case "descr" -> descr = once(descr, key, quoted());
                case "fortran_order" -> isFortran = once(isFortran, key, truth());
                case "shape" -> shape = once(shape, key, tuple());
                default -> throw broken("an unknown key");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (at != text.length()) {
            throw broken("text after the dictionary");
        }
        if (descr == null || isFortran == null || shape == null) {
            throw broken("'descr', 'fortran_order' or 'shape' is missing");
        }
        if (isFortran) {
            throw RefusedException.badInput(
                    "the NPY array is in Fortran order (save numpy.ascontiguousarray(a) instead)");
        }
        ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(type(descr), order, shape, bytes);
    }

    /// NumPy's name of a type.
    static String describe(TensorType type) {
        return switch (type) {
            case BOOL -> "|b1";
            case INT8 -> "|i1";
            case UINT8 -> "|u1";
            case INT16, INT32, INT64 -> "<i" + type.bytes();
            case UINT16, UINT32, UINT64 -> "<u" + type.bytes();
            case FP16, FP32, FP64 -> "<f" + type.bytes();
            case BYTES -> throw new IllegalArgumentException("text has no fixed size");
        };
    }

    private static TensorType type(String descr) throws RefusedException {
        if (descr.length() == 3 && "<>|=".indexOf(descr.charAt(0)) >= 0) {
            for (TensorType type : TensorType.values()) {
                if (!type.isText() && describe(type).regionMatches(1, descr, 1, 2)) {
                    return type;
                }
            }
        }
        String shown = descr.substring(0, Math.min(20, descr.length())).replaceAll("\\p{Cntrl}", "?");
        throw RefusedException.badInput(
                "NPY elements of type '" + shown + "' are not supported (expected: numbers or truth values)");
    }

    private <T> T once(@Nullable T before, String key, T value) throws RefusedException {
        if (before != null) {
            throw broken("'" + key + "' is given twice");
        }
        return value;
    }

    private String quoted() throws RefusedException {
        skipSpace();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = text.indexOf(quote, at + 1);
        if ((quote != '\'' && quote != '"') || end < 0) {
            throw broken("a text is expected (types of several fields are not supported)");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean truth() throws RefusedException {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return Boolean.parseBoolean(word.toLowerCase(Locale.ROOT));
            }
        }
        throw broken("True or False is expected");
    }

    private Shape tuple() throws RefusedException {
        expect('(');
        var dimensions = new ArrayList<Long>();
        while (!accept(')')) {
            int start = at;
            while (at < text.length() && at - start < 19 && Character.isDigit(text.charAt(at))) {
                at++;
            }
            try {
                dimensions.add(Long.parseLong(text, start, at, 10));
            } catch (NumberFormatException _) {
                throw broken("'shape' holds something other than numbers from 0 on");
            }
            if (dimensions.size() > Shape.MAX_RANK) {
                throw broken("'shape' has more than " + Shape.MAX_RANK + " dimensions");
            }
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return Shape.of(dimensions);
    }

    private boolean accept(char c) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            skipSpace();
            return true;
        }
        return false;
    }

    private void expect(char c) throws RefusedException {
        if (!accept(c)) {
            throw broken("'" + c + "' is expected");
        }
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private RefusedException broken(String reason) {
        return RefusedException.badInput("the NPY header is malformed at character " + at + ": " + reason);
    }
}
