select t.doc.items[0].name, item.price from stage t, t.doc.items as item at position where json_typeof(t.doc) = 'object' and item.price is not null;
