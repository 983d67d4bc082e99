-- Lease of the relay, which publishes the log to the topic: of several one is active.

-- One row, made by the first relay. It changes by compare-and-set alone: its owner moves it, and another relay may take it
-- once it has expired by the database's clock. The owner updates it several times a second: the fill factor leaves room for HOT updates.
CREATE TABLE log.relay (
  only_row            boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Made anew at each take-over, so that it names one tenure.
  owner               uuid NOT NULL,
  expires_at          timestamptz NOT NULL,
  -- Cluster and name of the topic that the rest is about; null before the first message.
  topic               text,
  -- Log, position and hash of the last event up to which all are published.
  epoch               uuid,
  position            bigint,
  hash                bytea CHECK (octet_length(hash) = 32),
  -- By partition: position of the last event published there, and its offset; 0 and -1 where there is none. A topic that was
  -- deleted and made again has no such message there.
  partition_positions bigint[],
  partition_offsets   bigint[]
) WITH (fillfactor = 10);
