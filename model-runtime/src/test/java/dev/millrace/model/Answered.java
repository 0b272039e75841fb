package dev.millrace.model;

import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Probabilities per row, read from an answer of any format.
public final class Answered {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Answered() {}

    public static List<float[]> probabilities(ModelResponse.Success answer, int classes) {
        byte[] body = answer.body().bytes();
        String type = answer.contentType();
        if (type.equals("application/json")) {
            return rows(numbers(output(MAPPER.readTree(body), "probabilities").get("data")), classes);
        }
        if (type.startsWith("application/vnd.sagemaker-triton.binary+json")) {
            int header = Integer.parseInt(type.substring(type.indexOf('=') + 1));
            int bytes = output(MAPPER.readTree(body, 0, header), "probabilities")
                    .get("parameters")
                    .get("binary_data_size")
                    .asInt();
            return rows(floats(body, header, bytes), classes);
        }
        if (type.equals("text/csv")) {
            List<float[]> rows = new ArrayList<>();
            for (String line : new String(body, StandardCharsets.UTF_8).split("\n")) {
                String[] fields = line.split(",");
                float[] row = new float[classes];
                for (int i = 0; i < classes; i++) {
                    row[i] = Float.parseFloat(fields[i]);
                }
                rows.add(row);
            }
            return rows;
        }
        if (type.equals("application/x-npy")) {
            int header = 10 + (body[8] & 0xFF) + 256 * (body[9] & 0xFF);
            return rows(floats(body, header, body.length - header), classes);
        }
        return rows(floats(body, 0, body.length), classes);
    }

    public static float[] npy(byte[] file) {
        int header = 10 + (file[8] & 0xFF) + 256 * (file[9] & 0xFF);
        return floats(file, header, file.length - header);
    }

    public static int best(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    public static JsonNode output(JsonNode answer, String name) {
        for (JsonNode output : answer.get("outputs")) {
            if (output.get("name").asString().equals(name)) {
                return output;
            }
        }
        throw new AssertionError("no output " + name + " in " + answer);
    }

    public static JsonNode json(ModelResponse.Success answer) {
        return MAPPER.readTree(answer.body().bytes());
    }

    private static float[] numbers(JsonNode data) {
        float[] numbers = new float[data.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = data.get(i).floatValue();
        }
        return numbers;
    }

    private static float[] floats(byte[] body, int from, int length) {
        float[] values = new float[length / 4];
        ByteBuffer.wrap(body, from, length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static List<float[]> rows(float[] values, int columns) {
        List<float[]> rows = new ArrayList<>();
        for (int at = 0; at < values.length; at += columns) {
            rows.add(java.util.Arrays.copyOfRange(values, at, at + columns));
        }
        return rows;
    }
}
