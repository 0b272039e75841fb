package dev.millrace.model.internal.codec;

import dev.millrace.invocation.Payload;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes the outputs of a run in the format that the caller accepts.
public final class Answers {
    /// An answer ready to be sent.
    public record Answer(Payload body, String contentType) {}

    private final String modelName;

    /// @param modelName said in Open Inference Protocol answers
    public Answers(String modelName) {
        this.modelName = modelName;
    }

    /// @param outputs all outputs of the model, with this request's rows only
    /// @throws RefusedException when the format cannot hold these outputs
    public Answer write(Exchange exchange, RequestDetails details, List<OutputTensor> outputs) throws RefusedException {
        List<OutputTensor> wanted = wanted(details, outputs);
        boolean isBinary = details.isBinaryWanted() && !exchange.isAnswerChosen();
        return switch (exchange.answer()) {
            case JSON -> isBinary ? binary(details, wanted) : json(details, wanted);
            case BINARY -> binary(details, wanted);
            case CSV -> answer(CsvText.write(wanted), Format.CSV.contentType());
            case NPY -> {
                OutputTensor output = only(exchange, wanted);
                yield answer(
                        concatenated(NpyHeader.write(output.type(), output.shape()), List.of(output)),
                        Format.NPY.contentType());
            }
            case RAW -> answer(concatenated(new byte[0], List.of(only(exchange, wanted))), Format.RAW.contentType());
        };
    }

    private Answer json(RequestDetails details, List<OutputTensor> outputs) {
        return answer(JsonAnswers.write(modelName, details, outputs, false), Format.JSON.contentType());
    }

    private Answer binary(RequestDetails details, List<OutputTensor> outputs) {
        byte[] header = JsonAnswers.write(modelName, details, outputs, true);
        return answer(concatenated(header, outputs), binaryType(header.length));
    }

    private static Answer answer(byte[] body, String contentType) {
        return new Answer(Payload.of(body), contentType);
    }

    /// The JSON of a binary answer whose tensors follow.
    public byte[] binaryHeader(RequestDetails details, List<OutputTensor> outputs) {
        return JsonAnswers.write(modelName, details, outputs, true);
    }

    public static String binaryType(int headerBytes) {
        return Format.BINARY.contentType() + ";json-header-size=" + headerBytes;
    }

    private static List<OutputTensor> wanted(RequestDetails details, List<OutputTensor> outputs) {
        return details.outputs().isEmpty()
                ? outputs
                : details.outputs().stream()
                        .flatMap(name ->
                                outputs.stream().filter(output -> output.name().equals(name)))
                        .toList();
    }

    /// The one output for a format that holds one.
    private static OutputTensor only(Exchange exchange, List<OutputTensor> outputs) throws RefusedException {
        OutputTensor chosen = outputs.stream()
                .filter(output -> exchange.output().isEmpty() || output.name().equals(exchange.output()))
                .findFirst()
                .orElseThrow(() -> new RefusedException(406, "the model has no output of the accepted name"));
        if (chosen.type() == TensorType.BYTES) {
            throw new RefusedException(
                    406,
                    "output '" + chosen.name() + "' is text, which "
                            + exchange.answer().contentType() + " cannot hold");
        }
        return chosen;
    }

    private static byte[] concatenated(byte[] header, List<OutputTensor> outputs) {
        var bytes = new ByteArrayOutputStream(header.length
                + outputs.stream().mapToInt(output -> output.data().remaining()).sum());
        bytes.writeBytes(header);
        outputs.forEach(output -> bytes.writeBytes(bytesOf(output)));
        return bytes.toByteArray();
    }

    /// The elements as they travel: little-endian, each text after its length.
    static byte[] bytesOf(OutputTensor output) {
        if (!output.type().isText()) {
            byte[] bytes = new byte[output.data().remaining()];
            output.data().get(output.data().position(), bytes);
            return bytes;
        }
        List<byte[]> texts = output.texts().stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        ByteBuffer bytes = ByteBuffer.allocate(
                        texts.stream().mapToInt(text -> 4 + text.length).sum())
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        texts.forEach(text -> bytes.putInt(text.length).put(text));
        return bytes.array();
    }
}
