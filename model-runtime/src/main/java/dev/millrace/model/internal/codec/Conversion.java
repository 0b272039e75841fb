package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorBuffer;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Copies elements from bytes into a tensor of the type that a model wants.
public final class Conversion {
    private Conversion() {}

    /// Refuses a type whose elements a model's input cannot take.
    static void check(TensorType from, TensorType wanted, String input) throws RefusedException {
        if (!from.convertsTo(wanted)) {
            throw RefusedException.badInput(
                    "input '" + input + "': elements of " + from + " cannot be given as " + wanted);
        }
    }

    /// Adds every element of the bytes; NaN and infinities pass as they are.
    ///
    /// @param bytes a whole number of elements, in the order that is set
    public static void copy(ByteBuffer bytes, TensorType from, TensorBuffer to) throws RefusedException {
        if (from.isText()) {
            copyTexts(bytes, to);
        } else if (from == to.type() && from != TensorType.BOOL && bytes.order() == ByteOrder.nativeOrder()) {
            to.extend(bytes.remaining() / from.bytes()).put(bytes);
        } else {
            while (bytes.hasRemaining()) {
                copyOne(bytes, from, to);
            }
        }
    }

    private static void copyOne(ByteBuffer bytes, TensorType from, TensorBuffer to) throws RefusedException {
        switch (from) {
            case BOOL -> to.putLong(bytes.get() == 0 ? 0 : 1);
            case INT8 -> to.putLong(bytes.get());
            case UINT8 -> to.putLong(bytes.get() & 0xFF);
            case INT16 -> to.putLong(bytes.getShort());
            case UINT16 -> to.putLong(bytes.getShort() & 0xFFFF);
            case INT32 -> to.putLong(bytes.getInt());
            case UINT32 -> to.putLong(bytes.getInt() & 0xFFFF_FFFFL);
            case INT64 -> to.putLong(bytes.getLong());
            case UINT64 -> {
                long value = bytes.getLong();
                if (value < 0) {
                    throw RefusedException.badInput(
                            "'" + Long.toUnsignedString(value) + "' is out of range for " + to.type());
                }
                to.putLong(value);
            }
            case FP16 -> to.putDouble(Float.float16ToFloat(bytes.getShort()));
            case FP32 -> to.putDouble(bytes.getFloat());
            case FP64 -> to.putDouble(bytes.getDouble());
            case BYTES -> throw new IllegalStateException("text has no fixed size");
        }
    }

    /// Each text is its length in four bytes, then UTF-8.
    private static void copyTexts(ByteBuffer bytes, TensorBuffer to) throws RefusedException {
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw RefusedException.badInput("a text is longer than the bytes that are left");
            }
            try {
                to.putText(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(bytes.slice(bytes.position(), length))
                        .toString());
            } catch (CharacterCodingException _) {
                throw RefusedException.badInput("a text is not UTF-8");
            }
            bytes.position(bytes.position() + length);
        }
    }
}
