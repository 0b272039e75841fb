package dev.millrace.model.internal.tensor;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// What a model takes and gives.
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    private static final Set<String> BATCH_NAMES = Set.of("n", "b", "bs");

    public ModelSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// The place of the input of that name, or -1.
    public int indexOfInput(String name) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /// The place of the output of that name, or -1.
    public int indexOfOutput(String name) {
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /// Whether rows of different requests may be put into one run: every input and output has its rows first
    /// and leaves their number open.
    public boolean hasRows() {
        return Stream.concat(inputs.stream(), outputs.stream())
                        .allMatch(spec -> spec.hasOpenRows() && !spec.type().isText())
                && Stream.concat(inputs.stream(), outputs.stream())
                                .map(TensorSpec::rowName)
                                .distinct()
                                .count()
                        == 1;
    }

    /// Whether the model's author called the first dimension a batch, so that rows are independent by
    /// declaration.
    public boolean namesItsBatch() {
        String name = inputs.isEmpty() ? "" : inputs.getFirst().rowName().toLowerCase(Locale.ROOT);
        return hasRows() && (name.contains("batch") || BATCH_NAMES.contains(name));
    }
}
