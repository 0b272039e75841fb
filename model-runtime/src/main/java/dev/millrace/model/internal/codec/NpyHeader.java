package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The header of a NumPy `.npy` file (formats 1.0 to 3.0), of row-major numeric arrays.
///
/// @param bytes its own length, after which the elements begin
public record NpyHeader(TensorType type, ByteOrder order, Shape shape, int bytes) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_BYTES = 64 << 10;
    private static final int ALIGNMENT = 64;

    /// Reads a header from the beginning of a stream, and no further.
    public static NpyHeader read(InputStream input) throws IOException, RefusedException {
        byte[] start = input.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw RefusedException.badInput("not an NPY file: it does not begin with \\x93NUMPY");
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw RefusedException.badInput("NPY format " + version + " is unknown (expected: 1 to 3)");
        }
        byte[] size = input.readNBytes(version == 1 ? 2 : 4);
        if (size.length < (version == 1 ? 2 : 4)) {
            throw RefusedException.badInput("the NPY header is cut short");
        }
        ByteBuffer sizes = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
        long length = version == 1 ? sizes.getShort() & 0xFFFF : sizes.getInt() & 0xFFFF_FFFFL;
        if (length > MAX_BYTES) {
            throw RefusedException.badInput(
                    "the NPY header has " + length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        byte[] header = input.readNBytes((int) length);
        if (header.length < length) {
            throw RefusedException.badInput("the NPY header is cut short");
        }
        String text = new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return new NpyDictionary(text).header(start.length + size.length + header.length);
    }

    /// How many bytes of elements follow the header.
    public long dataBytes() throws RefusedException {
        try {
            return Math.multiplyExact(shape.elements(), type.bytes());
        } catch (ArithmeticException _) {
            throw RefusedException.badInput("shape " + shape + ": the number of bytes overflows");
        }
    }

    /// A header of format 1.0 for little-endian elements.
    public static byte[] write(TensorType type, Shape shape) {
        String dictionary = "{'descr': '" + NpyDictionary.describe(type) + "', 'fortran_order': False, 'shape': "
                + tuple(shape) + ", }";
        int unpadded = MAGIC.length + 4 + dictionary.length() + 1;
        int length = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - MAGIC.length - 4));
        header.put(dictionary.getBytes(StandardCharsets.ISO_8859_1));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        header.put((byte) '\n');
        return header.array();
    }

    private static String tuple(Shape shape) {
        String inner = shape.toString().replace("[", "").replace("]", "");
        return "(" + inner + (shape.rank() == 1 ? ",)" : ")");
    }
}
