package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The JSON of a binary Open Inference Protocol request whose one tensor follows as a stream.
public record StreamHeader(TensorType type, Shape shape, RequestDetails details) {
    /// @param dataBytes how many bytes follow the JSON, -1 when that is not known
    public static StreamHeader read(byte[] json, ModelSignature signature, long dataBytes) throws RefusedException {
        try (JsonParser parser = JsonRequests.open(json, 0, json.length)) {
            return read(parser, signature, dataBytes);
        } catch (JacksonException e) {
            throw JsonRequests.malformed(e);
        }
    }

    private static StreamHeader read(JsonParser json, ModelSignature signature, long dataBytes)
            throws RefusedException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw RefusedException.badInput("the JSON is not an object");
        }
        @Nullable String id = null;
        var outputs = new ArrayList<String>();
        @Nullable TensorHeader tensor = null;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "inputs" -> tensor = tensor(json, value);
                case "id" -> id = value == JsonToken.VALUE_STRING ? JsonRequests.wellFormed(json.getString()) : null;
                case "outputs" -> JsonRequests.readOutputs(json, value, signature, outputs);
                default -> json.skipChildren();
            }
        }
        if (tensor == null || json.nextToken() != null) {
            throw RefusedException.badInput("the request has no 'inputs', or something after its JSON");
        }
        int input = tensor.indexIn(signature);
        Conversion.check(
                tensor.type(),
                signature.inputs().get(input).type(),
                signature.inputs().get(input).name());
        long announced = tensor.checkedBinaryBytes(dataBytes < 0 ? Long.MAX_VALUE : dataBytes);
        if (dataBytes >= 0 && announced != dataBytes) {
            throw RefusedException.badInput((dataBytes - announced) + " bytes after the last tensor");
        }
        return new StreamHeader(tensor.type(), tensor.shape(), new RequestDetails(id, outputs, true));
    }

    private static TensorHeader tensor(JsonParser json, JsonToken value) throws RefusedException {
        var tensor = new TensorHeader();
        if (value != JsonToken.START_ARRAY || json.nextToken() != JsonToken.START_OBJECT) {
            throw RefusedException.badInput("'inputs' is not a list of tensors");
        }
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            tensor.read(field, json, json.nextToken());
        }
        if (json.nextToken() != JsonToken.END_ARRAY) {
            throw RefusedException.badInput("'inputs' has more than the one tensor that can be run in slices");
        }
        return tensor;
    }
}
