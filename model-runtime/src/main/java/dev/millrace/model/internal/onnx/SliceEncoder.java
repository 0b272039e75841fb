package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.codec.CsvText;
import dev.millrace.model.internal.codec.Exchange;
import dev.millrace.model.internal.codec.Format;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.RefusedException;
import java.nio.ByteBuffer;
import java.util.List;

/// Turns the outputs of some rows into bytes of the answer. Shared by the threads of a pool.
///
/// @param outputs the places of the wanted outputs, in their order
record SliceEncoder(Exchange exchange, List<Integer> outputs) {
    SliceEncoder {
        outputs = List.copyOf(outputs);
    }

    void add(List<OutputTensor> run, SliceOutput into) throws RefusedException {
        List<OutputTensor> wanted = outputs.stream().map(run::get).toList();
        if (exchange.answer() == Format.CSV) {
            into.part(0).writeBytes(CsvText.write(wanted));
            return;
        }
        for (int i = 0; i < wanted.size(); i++) {
            ByteBuffer data = wanted.get(i).data();
            byte[] bytes = new byte[data.remaining()];
            data.get(data.position(), bytes);
            into.part(i).writeBytes(bytes);
        }
    }
}
