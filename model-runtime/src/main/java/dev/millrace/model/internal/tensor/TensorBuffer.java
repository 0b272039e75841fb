package dev.millrace.model.internal.tensor;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Elements of one type in memory that native code reads in place; grows as it is filled, is reused after
/// [#reset], and gives its memory back at [#close]. Used by one thread at a time.
public final class TensorBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 16 << 10;

    /// What a reset keeps: enough for the usual request, little enough to keep for ever.
    private static final int KEPT_BYTES = 8 << 20;

    private final TensorType type;
    private final int limitBytes;
    private final List<String> texts = new ArrayList<>();
    private Arena arena = Arena.ofShared();
    private ByteBuffer bytes;

    public TensorBuffer(TensorType type, int limitBytes) {
        this.type = type;
        this.limitBytes = limitBytes;
        this.bytes = allocate(arena, FIRST_BYTES);
    }

    public TensorType type() {
        return type;
    }

    /// How many elements it holds.
    public int elements() {
        return type.isText() ? texts.size() : bytes.position() / type.bytes();
    }

    /// Forgets everything after the first elements.
    public void truncate(int elements) {
        if (type.isText()) {
            texts.subList(elements, texts.size()).clear();
        } else {
            bytes.position(elements * type.bytes());
        }
    }

    public void reset() {
        texts.clear();
        bytes.clear();
        if (bytes.capacity() > KEPT_BYTES) {
            replace(FIRST_BYTES);
        }
    }

    /// A view of some of its elements, in native byte order; valid until the next change.
    public ByteBuffer view(int fromElement, int elements) {
        return bytes.slice(fromElement * type.bytes(), elements * type.bytes()).order(ByteOrder.nativeOrder());
    }

    public List<String> texts(int fromElement, int elements) {
        return texts.subList(fromElement, fromElement + elements);
    }

    /// Makes room for so many more elements and counts them as held; what they are is undefined until written
    /// to through the view that is returned.
    public ByteBuffer extend(long elements) throws RefusedException {
        int from = elements();
        reserve(elements);
        bytes.position(bytes.position() + (int) elements * type.bytes());
        return view(from, (int) elements);
    }

    public void putText(String text) throws RefusedException {
        if (!type.isText()) {
            throw RefusedException.badInput("text where " + type + " is expected");
        }
        texts.add(text);
    }

    /// Reads a decimal number as this buffer's type.
    public void putNumber(char[] text, int offset, int length) throws RefusedException {
        switch (type) {
            case FP32 -> {
                float value = NumberText.toFloat(text, offset, length);
                if (Float.isInfinite(value)) {
                    throw outOfRange(new String(text, offset, length));
                }
                reserve(1);
                bytes.putFloat(value);
            }
            case FP16, FP64 -> {
                double value = NumberText.toDouble(text, offset, length);
                if (Double.isInfinite(value)) {
                    throw outOfRange(new String(text, offset, length));
                }
                putDouble(value);
            }
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 ->
                putLong(NumberText.toLong(text, offset, length));
            case BYTES -> throw RefusedException.badInput("a number where text is expected");
        }
    }

    /// Adds a whole number as this buffer's type.
    public void putLong(long value) throws RefusedException {
        reserve(1);
        switch (type) {
            case FP16 -> bytes.putShort(Float.floatToFloat16((float) value));
            case FP32 -> bytes.putFloat((float) value);
            case FP64 -> bytes.putDouble((double) value);
            case BOOL -> bytes.put((byte) within(value, 0, 1));
            case INT8 -> bytes.put((byte) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> bytes.put((byte) within(value, 0, 0xFF));
            case INT16 -> bytes.putShort((short) within(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> bytes.putShort((short) within(value, 0, 0xFFFF));
            case INT32 -> bytes.putInt((int) within(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> bytes.putInt((int) within(value, 0, 0xFFFF_FFFFL));
            case INT64 -> bytes.putLong(value);
            case UINT64 -> bytes.putLong(within(value, 0, Long.MAX_VALUE));
            case BYTES -> throw RefusedException.badInput("a number where text is expected");
        }
    }

    /// Adds a fraction as this buffer's floating-point type; NaN and infinities are kept as they are.
    public void putDouble(double value) throws RefusedException {
        reserve(1);
        switch (type) {
            case FP16 -> {
                short half = Float.floatToFloat16((float) value);
                if (Double.isFinite(value) && Float.isInfinite(Float.float16ToFloat(half))) {
                    throw outOfRange(Double.toString(value));
                }
                bytes.putShort(half);
            }
            case FP32 -> bytes.putFloat((float) value);
            case FP64 -> bytes.putDouble(value);
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BYTES ->
                throw RefusedException.badInput("a fraction where " + type + " is expected");
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private long within(long value, long min, long max) throws RefusedException {
        if (value < min || value > max) {
            throw outOfRange(Long.toString(value));
        }
        return value;
    }

    private RefusedException outOfRange(String value) {
        return RefusedException.badInput("'" + value + "' is out of range for " + type);
    }

    private void reserve(long elements) throws RefusedException {
        if (elements > bytes.remaining() / Math.max(1, type.bytes())) {
            grow(elements);
        }
    }

    private void grow(long elements) throws RefusedException {
        if (elements > (limitBytes - bytes.position()) / type.bytes()) {
            throw RefusedException.tooLarge("a tensor of more than " + limitBytes
                    + " bytes in one request (larger inputs are taken as NPY, CSV or binary, in slices)");
        }
        long wanted = Math.max(2L * bytes.capacity(), bytes.position() + elements * type.bytes());
        replace((int) Math.min(wanted, limitBytes));
    }

    private void replace(int capacity) {
        Arena next = Arena.ofShared();
        ByteBuffer larger = allocate(next, capacity);
        larger.put(bytes.flip());
        arena.close();
        arena = next;
        bytes = larger;
    }

    private static ByteBuffer allocate(Arena arena, int capacity) {
        return arena.allocate(capacity, 64).asByteBuffer().order(ByteOrder.nativeOrder());
    }
}
