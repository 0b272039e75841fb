package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorBuffer;
import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads nested JSON arrays of numbers (or truth values, or texts) into a buffer and finds their shape.
final class NestedArray {
    private static final int UNKNOWN = -1;

    private final JsonParser json;
    private final TensorBuffer into;
    private final int[] counts = new int[Shape.MAX_RANK + 1];
    private final long[] lengths = new long[Shape.MAX_RANK + 1];
    private int depth;
    private int leafDepth = UNKNOWN;

    private NestedArray(JsonParser json, TensorBuffer into) {
        this.json = json;
        this.into = into;
        Arrays.fill(lengths, UNKNOWN);
    }

    /// Reads one value, whose first token is the current one, to its end.
    static Shape read(JsonParser json, TensorBuffer into) throws RefusedException {
        return new NestedArray(json, into).read();
    }

    private Shape read() throws RefusedException {
        JsonToken token = json.currentToken();
        do {
            switch (token) {
                case START_ARRAY -> open();
                case END_ARRAY -> close();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    leaf();
                    into.putNumber(json.getStringCharacters(), json.getStringOffset(), json.getStringLength());
                }
                case VALUE_TRUE -> {
                    leaf();
                    into.putLong(1);
                }
                case VALUE_FALSE -> {
                    leaf();
                    into.putLong(0);
                }
                case VALUE_STRING -> {
                    leaf();
                    into.putText(JsonRequests.wellFormed(json.getString()));
                }
                case null -> throw RefusedException.badInput("the JSON ends within an array");
                case VALUE_NULL, START_OBJECT, END_OBJECT, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw RefusedException.badInput("an array holds something other than numbers: " + token.asString());
            }
            if (depth > 0) {
                token = json.nextToken();
            }
        } while (depth > 0);
        return Shape.of(Arrays.copyOf(lengths, Math.max(leafDepth, 0)));
    }

    private void open() throws RefusedException {
        if (depth == leafDepth) {
            throw ragged();
        }
        if (depth == Shape.MAX_RANK) {
            throw RefusedException.badInput("arrays nested deeper than " + Shape.MAX_RANK);
        }
        counts[depth]++;
        depth++;
        counts[depth] = 0;
    }

    private void close() throws RefusedException {
        if (leafDepth == UNKNOWN || depth > leafDepth) {
            throw RefusedException.badInput("an empty array");
        }
        int length = counts[depth];
        if (lengths[depth - 1] == UNKNOWN) {
            lengths[depth - 1] = length;
        } else if (lengths[depth - 1] != length) {
            throw ragged();
        }
        depth--;
    }

    private void leaf() throws RefusedException {
        if (leafDepth != depth) {
            if (leafDepth != UNKNOWN) {
                throw ragged();
            }
            leafDepth = depth;
        }
        counts[depth]++;
    }

    private static RefusedException ragged() {
        return RefusedException.badInput("the arrays are ragged: rows differ in length or depth");
    }
}
