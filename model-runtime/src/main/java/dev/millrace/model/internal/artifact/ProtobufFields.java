package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Steps over the fields of one protobuf message without decoding what they hold.
final class ProtobufFields {
    private final ByteBuffer message;
    private int number;
    private int wireType;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    ProtobufFields(ByteBuffer message) {
        this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Moves to the next field; false at the end.
    ///
    /// @throws PlatformException `MODEL_ERROR` for bytes that are no protobuf
    boolean next() {
        if (!message.hasRemaining()) {
            return false;
        }
        long tag = varint();
        number = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 3 == 0 || tag >>> 3 > 0x1FFF_FFFF) {
            throw damaged();
        }
        switch (wireType) {
            case 0 -> varint();
            case 1 -> skip(Long.BYTES);
            case 2 -> {
                long length = varint();
                int from = message.position();
                skip(length);
                bytes = message.slice(from, (int) length);
            }
            case 5 -> skip(Integer.BYTES);
            default -> throw damaged();
        }
        return true;
    }

    int number() {
        return number;
    }

    boolean hasBytes() {
        return wireType == 2;
    }

    /// What a field of bytes, text or a message holds.
    ByteBuffer bytes() {
        return bytes;
    }

    private void skip(long count) {
        if (count < 0 || count > message.remaining()) {
            throw damaged();
        }
        message.position(message.position() + (int) count);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!message.hasRemaining()) {
                throw damaged();
            }
            byte next = message.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged();
    }

    private static PlatformException damaged() {
        return new PlatformException(ErrorCode.MODEL_ERROR, "the file is not an ONNX model, or is damaged");
    }
}
