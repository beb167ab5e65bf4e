-- What the storage has promised: the GiB of all volumes of all projects, in a row of its own among the quotas.

insert into quota_usage (project, resource, in_use)
select 'pool', 'provisioned', total.gib
from (select sum(quota_gib) as gib from volume) as total
where total.gib is not null;
