"""Tables that somebody else made: text of any usual encoding, or a workbook, in rows with named columns."""
