package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What an Open Inference Protocol tensor says about itself beside its data.
final class TensorHeader {
    private final List<Long> dimensions = new ArrayList<>();
    private @Nullable String name;
    private @Nullable TensorType type;
    private boolean hasShape;
    private long binaryBytes = -1;

    /// Reads one field, whose value's first token is current, to its end.
    void read(String field, JsonParser json, JsonToken value) throws RefusedException {
        switch (field) {
            case "name" -> name = text(json, value, field);
            case "datatype" -> type = type(text(json, value, field));
            case "shape" -> shape(json, value);
            case "parameters" -> parameters(json, value);
            default -> json.skipChildren();
        }
    }

    boolean hasNameAndType() {
        return name != null && type != null;
    }

    TensorType type() throws RefusedException {
        if (type == null) {
            throw missing("datatype");
        }
        return type;
    }

    Shape shape() throws RefusedException {
        if (!hasShape) {
            throw missing("shape");
        }
        return Shape.of(dimensions);
    }

    /// Finds the model's input and checks that it can take elements of this type.
    int begin(InputBatch inputs) throws RefusedException {
        int input = indexIn(inputs.signature());
        Conversion.check(type(), inputs.signature().inputs().get(input).type(), String.valueOf(name));
        return input;
    }

    int indexIn(ModelSignature signature) throws RefusedException {
        if (name == null) {
            throw missing("name");
        }
        int input = signature.indexOfInput(name);
        if (input < 0) {
            String shown = name.substring(0, Math.min(name.length(), 100)).replaceAll("\\p{Cntrl}", "?");
            throw RefusedException.badInput("input '" + shown + "' is not one of " + signature.inputs());
        }
        return input;
    }

    /// The length of the tensor's bytes after the JSON, checked against its shape.
    ///
    /// @param available how many bytes are left there
    long checkedBinaryBytes(long available) throws RefusedException {
        long expected = Math.min(shape().elements(), Long.MAX_VALUE >> 4) * type().bytes();
        if (binaryBytes < 0) {
            throw RefusedException.badInput("input '" + name + "' has neither 'data' nor 'binary_data_size'");
        }
        if (!type().isText() && binaryBytes != expected) {
            throw RefusedException.badInput("input '" + name + "': binary_data_size " + binaryBytes + " for shape "
                    + shape() + " of " + type() + ", which takes " + expected);
        }
        if (binaryBytes > available) {
            throw RefusedException.badInput(
                    "input '" + name + "': " + binaryBytes + " bytes announced, " + available + " are there");
        }
        return binaryBytes;
    }

    private void shape(JsonParser json, JsonToken value) throws RefusedException {
        if (value != JsonToken.START_ARRAY) {
            throw RefusedException.badInput("'shape' is not a list of numbers");
        }
        hasShape = true;
        dimensions.clear();
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (dimensions.size() == Shape.MAX_RANK) {
                throw RefusedException.badInput("'shape' has more than " + Shape.MAX_RANK + " dimensions");
            }
            dimensions.add(json.getLongValue());
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw RefusedException.badInput("'shape' holds something other than whole numbers");
        }
    }

    private void parameters(JsonParser json, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String parameter = json.nextName(); parameter != null; parameter = json.nextName()) {
            JsonToken token = json.nextToken();
            if (parameter.equals("binary_data_size") && token == JsonToken.VALUE_NUMBER_INT) {
                binaryBytes = json.getLongValue();
            }
            json.skipChildren();
        }
    }

    private static TensorType type(String name) throws RefusedException {
        return TensorType.ofName(name)
                .orElseThrow(() -> RefusedException.badInput(
                        "'datatype' is none of " + java.util.Arrays.toString(TensorType.values())));
    }

    private static String text(JsonParser json, JsonToken value, String field) throws RefusedException {
        if (value != JsonToken.VALUE_STRING) {
            throw RefusedException.badInput("'" + field + "' is not a text");
        }
        return JsonRequests.wellFormed(json.getString());
    }

    private RefusedException missing(String field) {
        return RefusedException.badInput("a tensor in 'inputs' has no '" + field + "'");
    }
}
