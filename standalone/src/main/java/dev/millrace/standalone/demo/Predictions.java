package dev.millrace.standalone.demo;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads the labels out of an Open Inference Protocol v2 answer of the digits model.
final class Predictions {
    private Predictions() {}

    /// @throws IllegalArgumentException when the answer has no output `label`
    static List<Integer> ofJson(JsonNode answer) {
        for (JsonNode output : answer.path("outputs")) {
            if (output.path("name").asString("").equals("label")) {
                List<Integer> labels = new ArrayList<>();
                output.path("data").forEach(value -> labels.add(value.asInt()));
                return labels;
            }
        }
        throw new IllegalArgumentException("no output 'label' in the answer");
    }
}
