package dev.millrace.load.bench;

import java.io.IOException;
import java.util.List;

/// One row of the table, measured on an installation that the rows before have used.
public interface Measurement {
    /// What `--only` calls it.
    String name();

    /// Takes the numbers; bounded in count and time.
    ///
    /// @return one reading per target
    List<Reading> take(Installation installation) throws IOException, InterruptedException;
}
