package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads requests in JSON: the Open Inference Protocol v2, with or without tensors as bytes after the JSON,
/// and the plain forms `[…]`, `{"instances": […]}`, `{"inputs": […]}` and `{"inputs": {"name": […]}}`.
public final class JsonRequests {
    private static final int MAX_DEPTH = 200;
    private static final int MAX_STRING = 1 << 20;
    private static final int MAX_NUMBER = 100;
    private static final int MAX_MESSAGE = 200;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(1_000)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private final InputBatch inputs;
    private final byte[] body;
    private final int jsonLength;
    private final ByteBuffer binary;
    private final List<String> wantedOutputs = new ArrayList<>();
    private @Nullable String id;
    private boolean isBinaryWanted;
    private boolean hasInputs;

    private JsonRequests(byte[] body, int jsonLength, InputBatch inputs) {
        this.body = body;
        this.jsonLength = jsonLength;
        this.binary = ByteBuffer.wrap(body, jsonLength, body.length - jsonLength);
        this.inputs = inputs;
    }

    /// Reads one request into the inputs.
    ///
    /// @param jsonLength where the JSON ends and the tensors as bytes begin
    public static RequestDetails read(byte[] body, int jsonLength, InputBatch inputs) throws RefusedException {
        if (jsonLength > body.length) {
            throw RefusedException.badInput(
                    "json-header-size " + jsonLength + " is more than the body's " + body.length + " bytes");
        }
        var request = new JsonRequests(body, jsonLength, inputs);
        try (JsonParser json = open(body, 0, jsonLength)) {
            return request.read(json);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    static JsonParser open(byte[] body, int offset, int length) throws RefusedException {
        if (length >= 2) {
            int first = body[offset] & 0xFF;
            if (first == 0xEF || first == 0xFE || first == 0xFF || first == 0 || body[offset + 1] == 0) {
                throw RefusedException.badInput("the JSON must be UTF-8 without a byte order mark");
            }
        }
        return FACTORY.createParser(ObjectReadContext.empty(), body, offset, length);
    }

    static RefusedException malformed(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String reason = String.valueOf(e.getOriginalMessage()).replaceAll("\\p{Cntrl}", " ");
        return RefusedException.badInput(
                "malformed JSON" + place + ": " + reason.substring(0, Math.min(reason.length(), MAX_MESSAGE)));
    }

    /// A text that has no half of a surrogate pair in it.
    static String wellFormed(String text) throws RefusedException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
                    throw RefusedException.badInput("a text holds a lone surrogate");
                }
                i++;
            }
        }
        return text;
    }

    private RequestDetails read(JsonParser json) throws RefusedException {
        switch (json.nextToken()) {
            case START_ARRAY -> plain(json);
            case START_OBJECT -> document(json);
            case null, default -> throw RefusedException.badInput("the JSON is neither an array nor an object");
        }
        if (json.nextToken() != null) {
            throw RefusedException.badInput("the JSON is followed by something else");
        }
        if (!hasInputs) {
            throw RefusedException.badInput("the request has neither 'inputs' nor 'instances'");
        }
        if (binary.hasRemaining()) {
            throw RefusedException.badInput(binary.remaining() + " bytes after the last tensor");
        }
        return new RequestDetails(id, wantedOutputs, isBinaryWanted);
    }

    private void document(JsonParser json) throws RefusedException {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "inputs" -> inputs(json, value);
                case "instances" -> plain(json);
                case "id" -> id = value == JsonToken.VALUE_STRING ? wellFormed(json.getString()) : null;
                case "outputs" -> outputs(json, value);
                case "parameters" -> isBinaryWanted |= truth(json, value, "binary_data_output");
                default -> json.skipChildren();
            }
        }
    }

    private void inputs(JsonParser json, JsonToken value) throws RefusedException {
        if (value == JsonToken.START_OBJECT) {
            hasInputs = true;
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                int input = indexOf(name);
                json.nextToken();
                inputs.adapt(input, NestedArray.read(json, inputs.start(input)));
            }
        } else if (value == JsonToken.START_ARRAY && isListOfTensors(json)) {
            hasInputs = true;
            while (json.nextToken() == JsonToken.START_OBJECT) {
                new TensorReader(json).read();
            }
            if (json.currentToken() != JsonToken.END_ARRAY) {
                throw RefusedException.badInput("'inputs' holds something other than tensors");
            }
        } else {
            plain(json);
        }
    }

    /// Looks past `[` without consuming it: white space, then an object or not.
    private boolean isListOfTensors(JsonParser json) {
        int at = (int) json.currentTokenLocation().getByteOffset() + 1;
        while (at < jsonLength && body[at] <= ' ') {
            at++;
        }
        return at < jsonLength && body[at] == '{';
    }

    private void plain(JsonParser json) throws RefusedException {
        hasInputs = true;
        int input = inputs.onlyInput();
        inputs.adapt(input, NestedArray.read(json, inputs.start(input)));
    }

    private void outputs(JsonParser json, JsonToken value) throws RefusedException {
        isBinaryWanted |= readOutputs(json, value, inputs.signature(), wantedOutputs);
    }

    /// Reads the list of wanted outputs.
    ///
    /// @return whether one of them is wanted as bytes
    static boolean readOutputs(JsonParser json, JsonToken value, ModelSignature signature, List<String> into)
            throws RefusedException {
        boolean isBinary = false;
        if (value != JsonToken.START_ARRAY) {
            throw RefusedException.badInput("'outputs' is not a list");
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken field = json.nextToken();
                switch (name) {
                    case "name" -> into.add(output(json.getString(), signature, into));
                    case "parameters" -> isBinary |= truth(json, field, "binary_data");
                    default -> json.skipChildren();
                }
            }
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw RefusedException.badInput("'outputs' holds something other than objects");
        }
        return isBinary;
    }

    private static String output(String name, ModelSignature signature, List<String> before) throws RefusedException {
        if (signature.indexOfOutput(name) < 0 || before.contains(name)) {
            throw RefusedException.badInput(
                    "output '" + shown(name) + "' is not one of " + signature.outputs() + ", or is asked for twice");
        }
        return name;
    }

    private int indexOf(String name) throws RefusedException {
        int input = inputs.signature().indexOfInput(name);
        if (input < 0) {
            throw RefusedException.badInput("input '" + shown(name) + "' is not one of "
                    + inputs.signature().inputs());
        }
        return input;
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 100)).replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
    }

    static boolean truth(JsonParser json, JsonToken value, String parameter) {
        boolean isTrue = false;
        if (value == JsonToken.START_OBJECT) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken field = json.nextToken();
                isTrue |= name.equals(parameter) && field == JsonToken.VALUE_TRUE;
                json.skipChildren();
            }
        } else {
            json.skipChildren();
        }
        return isTrue;
    }

    /// One element of `inputs`, whose fields may come in any order.
    private final class TensorReader {
        private final JsonParser json;
        private final TensorHeader header = new TensorHeader();
        private boolean hasData;
        private int dataOffset = -1;

        TensorReader(JsonParser json) {
            this.json = json;
        }

        void read() throws RefusedException {
            int input = -1;
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                JsonToken value = json.nextToken();
                if (!field.equals("data")) {
                    header.read(field, json, value);
                } else if (header.hasNameAndType()) {
                    input = header.begin(inputs);
                    NestedArray.read(json, inputs.start(input));
                    hasData = true;
                } else {
                    dataOffset = (int) json.currentTokenLocation().getByteOffset();
                    json.skipChildren();
                }
            }
            if (!hasData) {
                input = header.begin(inputs);
                readLate(input);
            }
            inputs.finish(input, header.shape());
        }

        private void readLate(int input) throws RefusedException {
            if (dataOffset >= 0) {
                try (JsonParser again = open(body, dataOffset, jsonLength - dataOffset)) {
                    again.nextToken();
                    NestedArray.read(again, inputs.start(input));
                }
            } else {
                int bytes = (int) header.checkedBinaryBytes(binary.remaining());
                ByteBuffer tensor = binary.slice(binary.position(), bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
                binary.position(binary.position() + bytes);
                Conversion.copy(tensor, header.type(), inputs.start(input));
            }
        }
    }
}
