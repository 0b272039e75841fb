package dev.millrace.model.internal.codec;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads rows of numbers from CSV (RFC 4180) without making strings.
public final class CsvRows implements AutoCloseable {
    /// The longest row, in characters, and with it the longest quoted field.
    private static final int MAX_ROW_CHARACTERS = 16 << 20;

    private final int columns;
    private final RowHandler handler = new RowHandler();
    private final CloseableIterator<Boolean> rows;
    private boolean hasHeader;
    private long row;

    /// @param columns how many numbers each row holds
    /// @param hasHeader whether the first row names the columns
    public CsvRows(InputStream input, int columns, boolean hasHeader) {
        this.columns = columns;
        this.hasHeader = hasHeader;
        this.rows = CsvReader.builder()
                .skipEmptyLines(true)
                .maxBufferSize(MAX_ROW_CHARACTERS)
                .allowUnclosedQuote(false)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(handler, input, StandardCharsets.UTF_8)
                .iterator();
    }

    /// Adds the next row's numbers to the buffer.
    ///
    /// @return false after the last row
    /// @throws RefusedException that names the row, from 1 on, the header not counted
    public boolean next(TensorBuffer into) throws RefusedException, IOException {
        if (hasHeader) {
            hasHeader = false;
            handler.begin(null);
            advance();
        }
        row++;
        handler.begin(into);
        if (!advance()) {
            row--;
            return false;
        }
        RefusedException refusal = handler.refusal;
        if (refusal != null) {
            throw refusal;
        }
        if (handler.fields != columns) {
            throw RefusedException.badInput(
                    "row " + row + " has " + handler.fields + " columns (expected: " + columns + ")");
        }
        return true;
    }

    /// The number of the row that was read last.
    public long row() {
        return row;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    private boolean advance() throws RefusedException, IOException {
        try {
            if (!rows.hasNext()) {
                return false;
            }
            rows.next();
            return true;
        } catch (CsvParseException e) {
            throw RefusedException.badInput(
                    "row " + row + " is malformed or longer than " + MAX_ROW_CHARACTERS + " characters");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class RowHandler extends AbstractBaseCsvCallbackHandler<Boolean> {
        private @Nullable TensorBuffer into;
        private @Nullable RefusedException refusal;
        private int fields;

        private void begin(@Nullable TensorBuffer buffer) {
            into = buffer;
            refusal = null;
            fields = 0;
        }

        @Override
        protected void handleField(int index, char[] text, int offset, int length, boolean isQuoted) {
            fields++;
            TensorBuffer buffer = into;
            if (buffer == null || refusal != null || fields > columns) {
                return;
            }
            int from = offset;
            int to = offset + length;
            while (from < to && text[from] == ' ') {
                from++;
            }
            while (from < to && text[to - 1] == ' ') {
                to--;
            }
            try {
                if (buffer.type().isText()) {
                    buffer.putText(new String(text, offset, length));
                } else {
                    buffer.putNumber(text, from, to - from);
                }
            } catch (RefusedException e) {
                refusal = new RefusedException(
                        e.statusCode(),
                        "row " + row + ", column " + fields + ": " + e.text()
                                + (row == 1 ? " (a first row of names needs text/csv;header=present)" : ""));
            }
        }

        @Override
        protected Boolean buildRecord() {
            return Boolean.TRUE;
        }
    }
}
