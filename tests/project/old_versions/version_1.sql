-- A project as version 1 wrote it: sqlite3's own dump, with the two numbers that a dump leaves out.
PRAGMA application_id = 1413763121;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE analysis (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, numerics TEXT NOT NULL,
        keys TEXT NOT NULL, versions TEXT NOT NULL, models TEXT NOT NULL, created TEXT NOT NULL, used INTEGER NOT NULL);
INSERT INTO "analysis" VALUES(1,'analysis key','{"projection": {"n_neighbors": 15, "n_dimensions": 5, "min_dist": 0.0, "seed": 42}, "clustering": {"min_topic_size": null, "min_samples": null, "selection": "eom"}, "keywords": {"n_keywords": 10, "ngram_max": 2, "function_words": "drop", "reduce_frequent_words": true, "n_candidates": 100, "mmr_diversity": 0.3}, "exemplars": {"n_exemplars": 5}, "labelling": {"profile": "auto", "system_text": "", "example": "", "main_prompt": "", "n_excerpt_tokens": 400, "n_new_tokens": 24, "repetition_penalty": 1.1}, "figure": {"n_labels": 50, "unassigned": "grey", "size_by_length": true, "style": "plate"}}','{"embedding": {"device": "cpu"}}','{"project": "k", "positions": "61b9b2597681900ca3e768dcb929b3514550982589a7a7ef84fc29ebad67f84c", "assignment": "277606679e7dd30d358d45f5838417bdec3afa3be13af8ae27efabe5c4e300fe"}','{"numpy": "2"}','[{"role": "embedding", "path": "m", "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}]','2026-01-01T00:00:00+00:00',1);
CREATE TABLE artifact (key TEXT NOT NULL, stage TEXT NOT NULL, block INTEGER NOT NULL, bytes BLOB NOT NULL,
        checksum TEXT NOT NULL, PRIMARY KEY (key, block)) WITHOUT ROWID;
INSERT INTO "artifact" VALUES('277606679e7dd30d358d45f5838417bdec3afa3be13af8ae27efabe5c4e300fe','analysis',0,X'934E554D5059010076007B276465736372273A20273C6938272C2027666F727472616E5F6F72646572273A2046616C73652C20277368617065273A2028332C292C207D2020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200A00000000000000000100000000000000FFFFFFFFFFFFFFFF','259d37259ad03788cf0fba2ed16cbcec');
INSERT INTO "artifact" VALUES('277606679e7dd30d358d45f5838417bdec3afa3be13af8ae27efabe5c4e300fe','analysis',1,X'934E554D5059010076007B276465736372273A20273C6634272C2027666F727472616E5F6F72646572273A2046616C73652C20277368617065273A2028332C292C207D2020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200A0000803F0000003F00000000','357713220288c9d1dd707a04a002e360');
INSERT INTO "artifact" VALUES('61b9b2597681900ca3e768dcb929b3514550982589a7a7ef84fc29ebad67f84c','analysis',0,X'934E554D5059010076007B276465736372273A20273C6634272C2027666F727472616E5F6F72646572273A2046616C73652C20277368617065273A2028332C2032292C207D202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200A000000000000803F00000040000040400000C07F0000C07F','d5f9ff28c6dc02e2cdd9dfd9f8b33c60');
INSERT INTO "artifact" VALUES('vectors','embed',0,X'934E554D5059010076007B276465736372273A20273C6634272C2027666F727472616E5F6F72646572273A2046616C73652C20277368617065273A2028332C2032292C207D202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200A0000803F0000004000004040000080400000000000000000','df39a61b001a9e1ef98a7f1672e0b8d5');
CREATE TABLE document (row INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL, title TEXT, date TEXT, class TEXT,
        fields TEXT NOT NULL);
INSERT INTO "document" VALUES(0,'d0','Zürich and the moon','First','2020','a','["d0", "Zürich and the moon"]');
INSERT INTO "document" VALUES(1,'d1','The court''s ''ruling''',NULL,NULL,NULL,'["d1", "The court''s ''ruling''"]');
INSERT INTO "document" VALUES(2,'d2','',NULL,NULL,NULL,'["d2", ""]');
CREATE TABLE edit (sequence INTEGER PRIMARY KEY, made TEXT NOT NULL, what TEXT NOT NULL, topic TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', undone INTEGER NOT NULL DEFAULT 0);
INSERT INTO "edit" VALUES(1,'2026-11-24T08:21:30.302+00:00','rename','bbb','','Courts','',0);
INSERT INTO "edit" VALUES(2,'2026-11-24T08:21:30.310+00:00','rename','aaa','','Taken back','',1);
CREATE TABLE label (analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, topic INTEGER NOT NULL,
        text TEXT NOT NULL, origin TEXT NOT NULL, card TEXT NOT NULL, PRIMARY KEY (analysis, topic)) WITHOUT ROWID;
INSERT INTO "label" VALUES(1,0,'Moon','language model','{"prompt": "Keywords: moon", "seconds": 0.2, "cut": false, "n_prompt_tokens": 9, "n_new_tokens": 3}');
INSERT INTO "label" VALUES(1,1,'law, court','keywords','{"prompt": "", "seconds": 0.0, "cut": false, "n_prompt_tokens": 0, "n_new_tokens": 0}');
CREATE TABLE layout (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "layout" VALUES('window','{"tab": 1}');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE project (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL, fields TEXT NOT NULL,
        dropped TEXT NOT NULL, unreadable TEXT NOT NULL, source TEXT NOT NULL, created TEXT NOT NULL);
INSERT INTO "project" VALUES(1,'ee987a83eb189c249098ef1eff2bac337702c5194cb22c77649ff6018bfaf435','["id", "text"]','{"empty text": 1}','[[4, "too few cells"]]','{"path": "corpus.csv", "text": "text", "n_bytes": 9, "changed": 8}','2026-11-24T08:21:30+00:00');
CREATE TABLE topic (analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, number INTEGER NOT NULL,
        stable_id TEXT NOT NULL, size INTEGER NOT NULL, keywords TEXT NOT NULL, exemplars TEXT NOT NULL,
        PRIMARY KEY (analysis, number)) WITHOUT ROWID;
INSERT INTO "topic" VALUES(1,0,'aaa',1,'{"keywords": [["moon", 0.5]], "keybert": [], "mmr": []}','[0]');
INSERT INTO "topic" VALUES(1,1,'bbb',1,'{"keywords": [["court", 0.4]], "keybert": [["law", 0.2]], "mmr": []}','[1]');
COMMIT;
