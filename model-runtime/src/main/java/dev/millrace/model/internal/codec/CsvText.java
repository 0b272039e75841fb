package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes outputs as CSV: one row per row of the input, the outputs side by side.
///
/// NaN and infinities are `nan`, `inf` and `-inf`, as NumPy and C read them.
public final class CsvText {
    private CsvText() {}

    public static byte[] write(List<OutputTensor> outputs) throws RefusedException {
        long rows = outputs.getFirst().shape().rows();
        for (OutputTensor output : outputs) {
            if (output.shape().rank() == 0 || output.shape().rows() != rows) {
                throw new RefusedException(
                        406,
                        "outputs " + outputs.stream().map(OutputTensor::name).toList()
                                + " differ in rows and cannot be one CSV (name one in 'outputs')");
            }
        }
        var text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            boolean isFirst = true;
            for (OutputTensor output : outputs) {
                int columns = output.elements() / (int) rows;
                for (int i = row * columns; i < (row + 1) * columns; i++) {
                    if (!isFirst) {
                        text.append(',');
                    }
                    isFirst = false;
                    element(text, output, i);
                }
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void element(StringBuilder text, OutputTensor output, int index) {
        ByteBuffer data = output.data();
        int at = data.position() + index * output.type().bytes();
        switch (output.type()) {
            case BOOL, UINT8 -> text.append(data.get(at) & 0xFF);
            case INT8 -> text.append(data.get(at));
            case INT16 -> text.append(data.getShort(at));
            case UINT16 -> text.append(data.getShort(at) & 0xFFFF);
            case INT32 -> text.append(data.getInt(at));
            case UINT32 -> text.append(data.getInt(at) & 0xFFFF_FFFFL);
            case INT64, UINT64 -> text.append(data.getLong(at));
            case FP16 -> number(text, Float.float16ToFloat(data.getShort(at)));
            case FP32 -> number(text, data.getFloat(at));
            case FP64 -> number(text, data.getDouble(at));
            case BYTES -> quoted(text, output.texts().get(index));
        }
    }

    private static void number(StringBuilder text, float value) {
        if (Float.isFinite(value)) {
            text.append(value);
        } else {
            special(text, value);
        }
    }

    private static void number(StringBuilder text, double value) {
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            special(text, value);
        }
    }

    private static void special(StringBuilder text, double value) {
        if (Double.isNaN(value)) {
            text.append("nan");
        } else {
            text.append(value > 0 ? "inf" : "-inf");
        }
    }

    private static void quoted(StringBuilder text, String value) {
        boolean isPlain = value.chars().allMatch(c -> c != ',' && c != '"' && c != '\n' && c != '\r');
        if (isPlain) {
            text.append(value);
        } else {
            text.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    }
}
