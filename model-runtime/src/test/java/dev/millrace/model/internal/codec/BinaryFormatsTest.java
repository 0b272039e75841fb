package dev.millrace.model.internal.codec;

import static dev.millrace.model.Digits.concat;
import static dev.millrace.model.Digits.npyHeader;
import static dev.millrace.model.Digits.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.model.Digits;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// NPY, CSV and the binary form of the Open Inference Protocol.
class BinaryFormatsTest {
    private static final String NPY = "application/x-npy";
    private static final String CSV = "text/csv";
    private static final float[] SIX = {1, 2, 3, 4, 5, 6};

    @ParameterizedTest
    @CsvSource({
        "|b1,1", "|i1,1", "|u1,1", "<i2,2", ">i2,2", "<u2,2", "<i4,4", "<u4,4", ">u4,4", "<i8,8", "<u8,8", "<f2,2",
        "<f4,4", ">f4,4", "<f8,8", ">f8,8", "=f4,4"
    })
    void readsEveryNumericNpyType(String descr, int size) throws RefusedException {
        ByteBuffer data = ByteBuffer.allocate(6 * size)
                .order(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 6; i++) {
            put(data, descr, i);
        }
        try (Decoding decoding = Decoding.sixFloats()) {
            decoding.read(concat(npyHeader(descr, "False", "(1, 2, 3)"), data.array()), NPY);

            assertThat(decoding.floats()).containsExactly(descr.equals("|b1") ? new float[] {1, 1, 1, 1, 1, 1} : SIX);
        }
    }

    static Stream<Arguments> badNpy() {
        byte[] six = Digits.floats(List.of(SIX));
        return Stream.of(
                Arguments.of(new byte[0], "not an NPY file"),
                Arguments.of(utf8("PK\u0003\u0004abcdefgh"), "not an NPY file"),
                Arguments.of(Arrays.copyOf(npyHeader("<f4", "False", "(1, 2, 3)"), 30), "cut short"),
                Arguments.of(concat(npyHeader("|O", "False", "(1, 2, 3)"), six), "'|O' are not supported"),
                Arguments.of(concat(npyHeader("<U4", "False", "(1, 2, 3)"), six), "not supported"),
                Arguments.of(concat(npyHeader("|V8", "False", "(1, 2, 3)"), six), "not supported"),
                Arguments.of(concat(npyHeader("<c8", "False", "(3,)"), six), "not supported"),
                Arguments.of(concat(npyHeader("<f4", "True", "(1, 2, 3)"), six), "Fortran order"),
                Arguments.of(concat(npyHeader("<f4", "False", "(-1, 2, 3)"), six), "malformed"),
                Arguments.of(concat(npyHeader("<f4", "False", "(2, 2, 3)"), six), "24 bytes of elements (expected: 48"),
                Arguments.of(concat(npyHeader("<f4", "False", "(1, 2, 2)"), six), "24 bytes of elements (expected: 16"),
                Arguments.of(concat(npyHeader("<f4", "False", "(9223372036854775807, 2, 3)"), six), "overflows"),
                Arguments.of(concat(npyHeader("<f8", "False", "(2305843009213693952, 1)"), six), "overflows"),
                Arguments.of(concat(npyHeader("<f4", "False", "(99999999999999999999,)"), six), "malformed"),
                Arguments.of(concat(npyHeader("<f4", "False", "(3, 2)"), six), "does not fit"),
                Arguments.of(concat(npyHeader("<f4", "False", "()"), six), "bytes of elements"),
                Arguments.of(npyHeader("<f4", "False", "(0, 2, 3)"), "no elements"),
                Arguments.of(concat(npyHeader("<f4", "Maybe", "(1, 2, 3)"), six), "malformed"),
                Arguments.of(header("{'descr': '<f4', 'fortran_order': False}"), "missing"),
                Arguments.of(header("{'descr': '<f4', 'descr': '<f4'}"), "twice"),
                Arguments.of(header("{'descr': [('a', '<f4')], 'fortran_order': False}"), "several fields"),
                Arguments.of(header("{'a': '<f4'}"), "unknown key"),
                Arguments.of(header("{} trailing"), "after the dictionary"),
                Arguments.of(header("{'shape': (" + "1, ".repeat(40) + ")}"), "more than 32 dimensions"),
                Arguments.of(
                        ByteBuffer.allocate(12)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
                                .putInt(-1)
                                .array(),
                        "4294967295 bytes (expected: at most 65536)"),
                Arguments.of(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 9, 0, 0, 0}, "format 9 is unknown"));
    }

    @ParameterizedTest
    @MethodSource("badNpy")
    void refusesNpyThatLiesOrIsNotNumeric(byte[] body, String reason) {
        try (Decoding decoding = Decoding.sixFloats()) {
            assertThat(decoding.refusal(body, NPY)).startsWith("400").contains(reason);
        }
    }

    @Test
    void givesFractionsToNoModelThatTakesWholeNumbers() {
        try (Decoding decoding = Decoding.sixOf(TensorType.INT64)) {
            assertThat(decoding.refusal(Digits.npy(List.of(2, 3), List.of(SIX)), NPY))
                    .contains("elements of FP32 cannot be given as INT64");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2,3,4,5,6", "1,2,3,4,5,6\n", " 1, 2 ,3.0,\"4\",5e0,+6\r\n\r\n", "1,2,3,4,0.5e1,60e-1\n"})
    void readsCsv(String body) throws RefusedException {
        try (Decoding decoding = Decoding.sixFloats()) {
            decoding.read(utf8(body), CSV);

            assertThat(decoding.rows()).isEqualTo(1);
            assertThat(decoding.floats()).containsExactly(SIX);
        }
    }

    @Test
    void leavesTheHeaderOutWhereThereIsOne() throws RefusedException {
        try (Decoding decoding = Decoding.sixFloats()) {
            decoding.read(utf8("a,b,c,d,e,f\n1,2,3,4,5,6\n1,2,3,4,5,6\n"), "text/csv;header=present");

            assertThat(decoding.rows()).isEqualTo(2);
        }
    }

    static Stream<Arguments> badCsv() {
        return Stream.of(
                Arguments.of("", "no rows"),
                Arguments.of("\n\n", "no rows"),
                Arguments.of("a,b,c,d,e,f\n1,2,3,4,5,6", "row 1, column 1: 'a' is not a number (a first row of names"),
                Arguments.of("1,2,3,4,5,6\n1,2,3,4,5", "row 2 has 5 columns (expected: 6)"),
                Arguments.of("1,2,3,4,5,6,7", "row 1 has 7 columns"),
                Arguments.of("1,2,3,4,5,", "row 1, column 6: '' is not a number"),
                Arguments.of("1,2,3,4,5,nan", "not a number"),
                Arguments.of("1,2,3,4,5,Infinity", "not a number"),
                Arguments.of("1,2,3,4,5,1e999", "out of range"),
                Arguments.of("1,2,3,4,5,0x1p3", "not a number"),
                Arguments.of("1,2,3,4,5,1f", "not a number"),
                Arguments.of("1,2,3,4,5," + "1".repeat(101), "more than 100 characters"),
                Arguments.of("1,2,3,4,5,\"6", "malformed"),
                Arguments.of("1,2,3,4,5,\"6\"x", "malformed"),
                Arguments.of("1,".repeat(10_000_000), "row 1"));
    }

    @ParameterizedTest
    @MethodSource("badCsv")
    void refusesBadCsvWithItsRow(String body, String reason) {
        try (Decoding decoding = Decoding.sixFloats()) {
            assertThat(decoding.refusal(utf8(body), CSV)).startsWith("400").contains(reason);
        }
    }

    static Stream<Arguments> badBinary() {
        byte[] six = Digits.floats(List.of(SIX));
        byte[] good = Digits.binaryHeader("x", List.of(2, 3), 1, 24);
        String type = Digits.binaryType(good);
        return Stream.of(
                Arguments.of(good, type, "24 bytes announced, 0 are there"),
                Arguments.of(concat(good, concat(six, six)), type, "24 bytes after the last tensor"),
                Arguments.of(concat(good, six), type.replaceAll("=.*", "=5"), "malformed JSON"),
                Arguments.of(concat(good, six), type.replaceAll("=.*", "=99999"), "more than the body's"),
                Arguments.of(concat(good, six), type.replaceAll("=.*", "=-1"), "json-header-size must be"),
                Arguments.of(
                        concat(Digits.binaryHeader("x", List.of(2, 3), 2, 24), six),
                        type,
                        "binary_data_size 24 for shape [2, 2, 3]"),
                Arguments.of(
                        concat(Digits.binaryHeader("x", List.of(2, 3), 1L << 61, 24), six),
                        type.replaceAll("=.*", "=" + Digits.binaryHeader("x", List.of(2, 3), 1L << 61, 24).length),
                        "overflows"));
    }

    @ParameterizedTest
    @MethodSource("badBinary")
    void refusesTensorsThatAreNotWhatTheirJsonSays(byte[] body, String type, String reason) {
        try (Decoding decoding = Decoding.sixFloats()) {
            assertThat(decoding.refusal(body, type)).startsWith("400").contains(reason);
        }
    }

    private static byte[] header(String dictionary) {
        byte[] bytes = new byte[10 + dictionary.length()];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) dictionary.length())
                .put(utf8(dictionary));
        return bytes;
    }

    private static void put(ByteBuffer data, String descr, int value) {
        switch (descr.substring(1)) {
            case "b1", "i1", "u1" -> data.put((byte) value);
            case "i2", "u2" -> data.putShort((short) value);
            case "i4", "u4" -> data.putInt(value);
            case "i8", "u8" -> data.putLong(value);
            case "f2" -> data.putShort(Float.floatToFloat16(value));
            case "f4" -> data.putFloat(value);
            default -> data.putDouble(value);
        }
    }
}
