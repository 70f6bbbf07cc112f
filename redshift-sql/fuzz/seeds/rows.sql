create table t (a int, b varchar(5)); insert into t (a, b) values (1, 'x'), (2, default); update t set b = u.b from u where u.a = t.a; delete from t using u where t.a = u.a;
merge into t using u on t.a = u.a when matched then update set b = u.b when not matched then insert values (u.a, u.b);
