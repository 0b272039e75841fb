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

    /// Whether every input and output has its rows first and leaves their number open, so that rows of different
    /// requests can be tried in one run. Inputs beside one another must say by a name that they have equally many.
    public boolean hasRows() {
        boolean isOpen = Stream.concat(inputs.stream(), outputs.stream())
                .allMatch(spec -> spec.hasOpenRows() && !spec.type().isText());
        List<String> names = inputs.stream().map(TensorSpec::rowName).distinct().toList();
        return isOpen
                && (inputs.size() == 1
                        || (names.size() == 1 && !names.getFirst().isEmpty()));
    }

    /// Whether the model's author called the first dimension of everything a batch, so that rows are independent by
    /// declaration.
    public boolean namesItsBatch() {
        if (!hasRows()) {
            return false;
        }
        String name = inputs.getFirst().rowName();
        String lower = name.toLowerCase(Locale.ROOT);
        return (lower.contains("batch") || BATCH_NAMES.contains(lower))
                && outputs.stream().allMatch(output -> output.rowName().equals(name));
    }
}
