package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.OutputTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes Open Inference Protocol v2 answers.
///
/// JSON has no NaN and no infinities: they are written as `null`. The binary form holds them.
final class JsonAnswers {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private JsonAnswers() {}

    /// @param isBinary whether the elements follow after the JSON
    static byte[] write(String modelName, RequestDetails details, List<OutputTensor> outputs, boolean isBinary) {
        var bytes = new ByteArrayOutputStream(256
                + (isBinary
                        ? 0
                        : 12 * outputs.stream().mapToInt(OutputTensor::elements).sum()));
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("model_name", modelName);
            if (details.id() != null) {
                json.writeStringProperty("id", details.id());
            }
            json.writeArrayPropertyStart("outputs");
            for (OutputTensor output : outputs) {
                json.writeStartObject();
                json.writeStringProperty("name", output.name());
                json.writeStringProperty("datatype", output.type().name());
                json.writeName("shape");
                long[] shape = output.shape().toArray();
                json.writeArray(shape, 0, shape.length);
                if (isBinary) {
                    json.writeObjectPropertyStart("parameters");
                    json.writeNumberProperty("binary_data_size", binaryBytes(output));
                    json.writeEndObject();
                } else {
                    json.writeArrayPropertyStart("data");
                    data(json, output);
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static long binaryBytes(OutputTensor output) {
        return output.type().isText() ? Answers.bytesOf(output).length : output.shapeBytes();
    }

    private static void data(JsonGenerator json, OutputTensor output) {
        ByteBuffer data = output.data().duplicate().order(output.data().order());
        int elements = output.elements();
        for (int i = 0; i < elements; i++) {
            switch (output.type()) {
                case BOOL -> json.writeBoolean(data.get() != 0);
                case INT8 -> json.writeNumber(data.get());
                case UINT8 -> json.writeNumber(data.get() & 0xFF);
                case INT16 -> json.writeNumber(data.getShort());
                case UINT16 -> json.writeNumber(data.getShort() & 0xFFFF);
                case INT32 -> json.writeNumber(data.getInt());
                case UINT32 -> json.writeNumber(data.getInt() & 0xFFFF_FFFFL);
                case INT64, UINT64 -> json.writeNumber(data.getLong());
                case FP16 -> number(json, Float.float16ToFloat(data.getShort()));
                case FP32 -> number(json, data.getFloat());
                case FP64 -> {
                    double value = data.getDouble();
                    if (Double.isFinite(value)) {
                        json.writeNumber(value);
                    } else {
                        json.writeNull();
                    }
                }
                case BYTES -> json.writeString(output.texts().get(i));
            }
        }
    }

    private static void number(JsonGenerator json, float value) {
        if (Float.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
